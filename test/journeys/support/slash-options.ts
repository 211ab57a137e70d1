// A typed line as the slash command it is on Discord: its words are the options, in order.
interface Declared {
  readonly name: string;
  readonly options?: readonly { readonly name: string }[];
}

export function slashOptions(
  commands: readonly Declared[],
  line: string,
): { readonly name: string; readonly options: Readonly<Record<string, string>> } {
  const [name = "", ...words] = line.replace("/", "").split(" ");
  const declared = commands.find((command) => command.name === name)?.options ?? [];
  const options = declared.flatMap((option, place) => {
    const given = place === declared.length - 1 ? words.slice(place).join(" ") : words[place];
    return given ? [[option.name, given] as const] : [];
  });
  return { name, options: Object.fromEntries(options) };
}
