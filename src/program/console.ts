/** The terminal as a chat platform of this process. */
import pc from "picocolors";
import { commands } from "../../commands/index.ts";
import type { Platform } from "../chat/platform.ts";
import type { Clock } from "../core/clock.ts";
import { createConsole } from "../platforms/console/console.ts";

export function consoleOf(options: { readonly clock: Clock; readonly onEnd: () => void }): Platform {
  const isInteractive = process.stdin.isTTY === true && process.stdout.isTTY === true;
  return createConsole({
    input: process.stdin,
    output: process.stdout,
    isInteractive,
    hasColours: process.stdout.isTTY === true && pc.isColorSupported,
    commands,
    clock: options.clock,
    onEnd: options.onEnd,
  });
}
