import type { CodeRefusal } from "../../src/chat/house-capabilities.ts";

export const CODE_REFUSALS: Readonly<Record<CodeRefusal, string>> = {
  wrong_code: "That one-time code is wrong or was used before; wait for the next one and type it again.",
  locked: "Too many wrong codes; wait 15 minutes, then type the code your device shows.",
  seed_unreadable:
    "Your device cannot be checked: APP_TOTP_KEY is missing or is not the one it was set up under; put that key back and start the bot again.",
};
