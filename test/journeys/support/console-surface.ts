// A terminal: what is typed at it and what it prints.
import { PassThrough } from "node:stream";
import { commands } from "../../../commands/index.ts";
import { SystemClock } from "../../../src/clock.ts";
import { createConsole } from "../../../src/platforms/console/console.ts";
import { openReplayedApp, type ReplayedAppOptions } from "../../support/replayed-app.ts";
import { type Shown, SPEED, type Surface, untilQuiet } from "./surface.ts";

const OWNER = { accountId: "console", label: "console" };
const STRANGER = { accountId: "6666", label: "Mallory" };

export async function consoleSurface(options: ReplayedAppOptions = {}): Promise<Surface> {
  const people = new SystemClock({ speed: SPEED });
  const input = new PassThrough();
  const output = new PassThrough();
  let printed = "";
  output.on("data", (chunk) => {
    printed += String(chunk);
  });
  let account = OWNER;
  const terminal = createConsole({
    ...{ input, output, clock: people, commands, onEnd: () => {} },
    ...{ isInteractive: false, hasColours: false },
    get account() {
      return account;
    },
  });
  const running = await openReplayedApp({ ...options, platforms: () => [terminal], peopleClock: people });
  await running.app.start();

  const type = async (line: string): Promise<Shown> => {
    const from = printed.length;
    input.write(`${line}\n`);
    for (let turn = 0; turn < 1_000 && !printed.slice(from).includes(`> ${line}\n`); turn++)
      await Bun.sleep(1);
    await running.app.chat.settled();
    await untilQuiet(running);
    const words = printed.slice(from).replace(`> ${line}\n`, "");
    const buttons = [...words.matchAll(/\[(\d+)\] (.+?)(?= {2}|\n|$)/g)].map((match) => match[2]!);
    return { words: words.replaceAll(/^[┌│└╶] ?/gm, ""), buttons, png: null, place: words };
  };
  const numberOf = (shown: Shown, label: string): string => {
    const number = [...shown.place.matchAll(/\[(\d+)\] (.+?)(?= {2}|\n|$)/g)].find(
      (match) => match[2] === label,
    );
    if (number === undefined) throw new Error(`There is no button "${label}" on:\n${shown.place}`);
    return number[1]!;
  };
  return {
    name: "console",
    running,
    types: type,
    async strangerTypes(line) {
      account = STRANGER;
      const answer = await type(line);
      account = OWNER;
      // The terminal hears the alert about it too, which elsewhere goes to another chat.
      const [refusal = ""] = answer.words.split("\n\n");
      return { ...answer, words: refusal };
    },
    presses: (shown, label) => type(numberOf(shown, label)),
    async fills(shown, label, answers) {
      let last = await type(numberOf(shown, label));
      for (const answer of Object.values(answers)) last = await type(answer);
      return last;
    },
    faults: () => [],
    close: () => running.app.stop(),
  };
}
