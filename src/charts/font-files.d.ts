/** Imported with `{ type: "file" }` for their path. */
declare module "*.ttf" {
  const path: string;
  export default path;
}
