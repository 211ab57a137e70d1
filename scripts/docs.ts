/** Writes the generated pages; `test/docs.test.ts` fails while one of them is out of date. */
import { generatedDocs } from "../src/program/generated-docs.ts";

for (const [path, content] of generatedDocs()) {
  await Bun.write(path, content);
  console.log(path);
}
