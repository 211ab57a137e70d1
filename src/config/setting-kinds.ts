/** How the text of a setting is read: each kind says in one clause what it must be. */
import { z } from "zod";

/** At most 8 decimals, so that amounts are exact. */
const DECIMAL = /^-?\d{1,15}(\.\d{1,8})?$/;

export const decimal = (min: number, max: number) =>
  z
    .string()
    .regex(DECIMAL, "must be a plain number such as 0.005, with at most 8 decimals")
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));
export const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));
export const flag = () =>
  z.enum(["true", "false"], { error: "must be true or false" }).transform((text) => text === "true");
export const oneOf = <const Option extends string>(options: readonly [Option, ...Option[]]) =>
  z.enum(options, { error: `must be one of ${options.join(", ")}` });

/** An address without credentials; plain http or ws only to this machine. */
export const address = (secure: "https:" | "wss:", plain: "http:" | "ws:") =>
  z.string().superRefine((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    const isLoopback = url !== null && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
    if (url === null)
      context.addIssue({ code: "custom", message: `must be an address such as ${secure}//host` });
    else if (url.username !== "" || url.password !== "") {
      context.addIssue({ code: "custom", message: "must not contain a user name or password" });
    } else if (url.protocol !== secure && !(url.protocol === plain && isLoopback)) {
      context.addIssue({
        code: "custom",
        message: `must start with ${secure}// (${plain}// only for this machine)`,
      });
    }
  });

export const timeZone = () =>
  z.string().refine((name) => {
    try {
      new Intl.DateTimeFormat("en", { timeZone: name });
      return true;
    } catch {
      return false;
    }
  }, "must be a time zone such as Europe/Rome or UTC");

/** Numeric ids, a comma between them. */
export const ids = () =>
  z
    .string()
    .regex(/^\d{3,20}(\s*,\s*\d{3,20})*$/, "must be numeric ids with commas between them, such as 123456789")
    .transform((text) => text.split(",").map((id) => id.trim()));

/** A Telegram chat, with a topic of it after a colon where one is meant. */
export const telegramChat = () =>
  z
    .string()
    .regex(
      /^-?\d{3,20}(:\d{1,10})?$/,
      "must be a numeric chat id such as -1001234567890, with :topic if meant",
    )
    .transform((text) => {
      const [chatId = "", threadId = ""] = text.split(":");
      return { chatId, threadId };
    });

export const snowflake = () =>
  z.string().regex(/^\d{15,20}$/, "must be a Discord id of 15 to 20 digits (right-click, Copy ID)");

/** 32 bytes as hexadecimal or base64. */
export const key32 = () =>
  z.string().transform((text, context) => {
    const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, "hex") : Buffer.from(text, "base64");
    if (bytes.length === 32) return new Uint8Array(bytes);
    context.addIssue({
      code: "custom",
      message: "must be 32 bytes as base64 or hexadecimal: head -c 32 /dev/urandom | base64",
    });
    return z.NEVER;
  });

export const timeOfDay = () =>
  z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day such as 08:00");
