/** A card's buttons as Telegram's inline keyboard. */
import type { InlineKeyboardMarkup } from "grammy/types";
import { LONGEST_PAYLOAD_BYTES } from "../../chat/button.ts";
import { DeliveryError, type OutgoingButton } from "../../chat/platform.ts";
import { clean } from "./written.ts";

const STYLES = { plain: {}, good: { style: "success" }, danger: { style: "danger" } } as const;

/** Undefined without buttons, which takes those of an edited message away. Throws DeliveryError. */
export function keyboardOf(rows: readonly (readonly OutgoingButton[])[]): InlineKeyboardMarkup | undefined {
  const keyboard = rows.filter((row) => row.length > 0).map((row) => row.map(buttonOf));
  return keyboard.length === 0 ? undefined : { inline_keyboard: keyboard };
}

/** Older apps show every style alike. */
function buttonOf({ label, payload, style }: OutgoingButton) {
  const bytes = Buffer.byteLength(payload);
  // grammY lets it pass; Telegram would refuse the whole message.
  if (bytes === 0 || bytes > LONGEST_PAYLOAD_BYTES) {
    throw new DeliveryError({ kind: "unacceptable" }, `A button's payload has ${bytes} bytes; 1 to 64 fit.`);
  }
  return { text: clean(label).trim() || "…", callback_data: payload, ...STYLES[style] };
}
