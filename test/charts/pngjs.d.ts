/** The part of pngjs the tests read pictures with; the package has no types of its own. */
declare module "pngjs" {
  export interface Pixels {
    readonly width: number;
    readonly height: number;
    readonly data: Buffer;
  }
  export const PNG: { readonly sync: { read(png: Buffer): Pixels } };
}
