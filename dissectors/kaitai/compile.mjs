// Makes parsers in Python and JavaScript from spec/*.ksy: compile.mjs SPEC_FOLDER OUT_FOLDER
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { argv } from "node:process";

import compiler from "kaitai-struct-compiler";
import { parse } from "yaml";

const [spec, out] = argv.slice(2);

const read = async (name) => parse(await readFile(join(spec, `${name}.ksy`), "utf8"));
const importer = { importYaml: read };

for (const language of ["python", "javascript"]) {
  const folder = join(out, language);
  await mkdir(folder, { recursive: true });
  const files = await compiler.compile(language, await read("frame_file"), importer, false);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}
