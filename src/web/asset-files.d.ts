/** Imported with `{ type: "file" }` for their path and with `{ type: "text" }` for their text: both end up in a compiled program. */
declare module "*.woff2" {
  const path: string;
  export default path;
}
declare module "htmx.org/dist/htmx.min.js" {
  const path: string;
  export default path;
}
declare module "*.css" {
  const text: string;
  export default text;
}
