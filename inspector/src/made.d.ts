// What scripts/build.mjs puts into the page from spec/ and vectors/.
declare module 'made:texts' {
  export const clauses: Readonly<Record<string, { readonly file: string; readonly text: string } | undefined>>;
  export const lints: Readonly<Record<string, string | undefined>>;
  export const verdicts: Readonly<Record<string, string | undefined>>;
}
declare module 'made:examples' {
  const examples: readonly { readonly name: string; readonly title: string; readonly file: boolean; readonly frames: readonly string[] }[];
  export default examples;
}
