/** A modal that the bot shows: what Discord refuses in it, what the person sees, and what their answer carries. */
import type { ModalInput, ShownModal } from "./interaction.ts";
import { everyComponent, type WireComponent } from "./message-body.ts";
import { componentErrors } from "./message-rules.ts";
import type { FormError } from "./refusal.ts";

export interface WireModal {
  readonly custom_id: string;
  readonly title: string;
  readonly components: readonly WireComponent[];
}

const TEXT_INPUT = 4;
const MOST_INPUTS = 5;
const LONGEST_INPUT = 4_000;

export function modalErrors(modal: WireModal): FormError[] {
  const errors = componentErrors(modal.components);
  if (modal.components.length > MOST_INPUTS) {
    errors.push({ path: ["components"], code: "BASE_TYPE_BAD_LENGTH", message: "Must be 5 or fewer." });
  }
  for (const input of inputsOf(modal.components)) {
    const path = ["components", input.customId];
    if (input.label === "")
      errors.push({ path, code: "BASE_TYPE_REQUIRED", message: "An input without label." });
    if (input.value.length > input.maxLength) {
      errors.push({ path, code: "BASE_TYPE_MAX_LENGTH", message: "A value longer than its input takes." });
    }
  }
  return errors.map((error) => ({ ...error, path: ["data", ...error.path] }));
}

export const shownModal = (modal: WireModal): ShownModal => ({
  customId: modal.custom_id,
  title: modal.title,
  inputs: inputsOf(modal.components),
  components: modal.components,
});

/** The `components` of the submission; throws where Discord's own client would not let the person send it. */
export function submittedComponents(
  modal: ShownModal,
  values: Readonly<Record<string, string>>,
): readonly Record<string, unknown>[] {
  for (const key of Object.keys(values)) {
    if (!modal.inputs.some((input) => input.customId === key))
      throw new Error(`the modal has no input ${key}`);
  }
  for (const input of modal.inputs) {
    const value = values[input.customId] ?? input.value;
    if (input.isRequired && value === "") throw new Error(`the input ${input.customId} is required`);
    const isShort = value !== "" && value.length < input.minLength;
    if (isShort || value.length > input.maxLength) {
      throw new Error(
        `the input ${input.customId} takes ${input.minLength} to ${input.maxLength} characters`,
      );
    }
  }
  let lastId = 0;
  const answered = (component: WireComponent): Record<string, unknown> => {
    lastId += 1;
    const common = { id: lastId, type: component.type };
    if (component.components) return { ...common, components: component.components.map(answered) };
    if (component.component) return { ...common, component: answered(component.component) };
    if (component.type !== TEXT_INPUT) return common;
    const customId = component.custom_id ?? "";
    return { ...common, custom_id: customId, value: values[customId] ?? component.value ?? "" };
  };
  return modal.components.map(answered);
}

function inputsOf(components: readonly WireComponent[]): ModalInput[] {
  return components.flatMap((top) =>
    everyComponent([top])
      .filter((component) => component.type === TEXT_INPUT)
      .map((component) => ({
        customId: component.custom_id ?? "",
        label: component.label ?? top.label ?? "",
        isRequired: component.required ?? true,
        value: component.value ?? "",
        placeholder: component.placeholder ?? null,
        minLength: component.min_length ?? 0,
        maxLength: component.max_length ?? LONGEST_INPUT,
      })),
  );
}
