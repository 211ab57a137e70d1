/** A migration's text, imported with `{ type: "text" }` so that it is part of a compiled program. */
declare module "*.sql" {
  const text: string;
  export default text;
}
