/** Request bodies against Discord's own OpenAPI: every violation with its place, as Discord lists them. */
// @ts-expect-error: the package points its types at plain JavaScript.
import * as generated from "discord-api-spec/zod";
import type { FormError } from "./refusal.ts";

export type FormName =
  | "MessageCreateRequestSchema"
  | "MessageEditRequestPartialSchema"
  | "IncomingWebhookInteractionRequestSchema"
  | "IncomingWebhookUpdateRequestPartialSchema"
  | "CreateMessageInteractionCallbackRequestSchema"
  | "UpdateMessageInteractionCallbackRequestSchema"
  | "ModalInteractionCallbackRequestSchema"
  | "ApplicationCommandAutocompleteCallbackRequestSchema"
  | "ApplicationCommandUpdateRequestSchema"
  | "CreatePrivateChannelRequestSchema";

interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** What each branch of a union had against the value. */
  readonly errors?: readonly (readonly Issue[])[];
}
interface Schema {
  safeParse(body: unknown): { success: true } | { success: false; error: { issues: readonly Issue[] } };
}

const schemas = generated as Record<FormName, Schema>;

export function schemaErrors(form: FormName, body: unknown): FormError[] {
  const result = schemas[form].safeParse(body);
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => leaves(issue, []));
}

function leaves(issue: Issue, above: readonly PropertyKey[]): FormError[] {
  const path = [...above, ...issue.path];
  const branch = nearestBranch(issue.errors ?? []);
  if (branch !== undefined) return branch.flatMap((inner) => leaves(inner, path));
  return [{ path, code: issue.code.toUpperCase(), message: issue.message }];
}

/** Of a union's branches the one that the value was meant for: its `type` fits, and it objects least. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const ofItsType = branches.filter((issues) => !issues.some((issue) => issue.path[0] === "type"));
  return (ofItsType.length > 0 ? ofItsType : branches).toSorted((a, b) => a.length - b.length)[0];
}
