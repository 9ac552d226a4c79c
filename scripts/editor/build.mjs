/* Builds the editor: `npm ci && npm run build` in this folder. Writes, into explorer/assets/editor/, the bundle, the
   licences of what is in it, and sums by which a test notices that someone forgot to build. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = join(HERE, "../../explorer/assets/editor");
const SOURCES = ["build.mjs", "package-lock.json", "package.json", "source.mjs"];
const BUNDLE = "cypher-editor.js", LICENCES = "THIRD-PARTY.txt";

const made = await build({
  entryPoints: [join(HERE, "source.mjs")], outfile: join(OUT, BUNDLE), absWorkingDir: HERE,
  bundle: true, minify: true, format: "iife", target: "es2022", charset: "utf8", legalComments: "none", metafile: true,
});

/* The packages of which something is in the bundle, each with its licence text. */
const names = new Set(Object.entries(Object.values(made.metafile.outputs)[0].inputs)
  .filter(([path, input]) => input.bytesInOutput && path.includes("node_modules/"))
  .map(([path]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)[1]));
const parts = [...names].sort().map((name) => {
  const folder = join(HERE, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  if (!license || !file || !existsSync(join(folder, file))) throw new Error(`${name} has no licence`);
  const text = readFileSync(join(folder, file), "utf8").replace(/\r/g, "").trim();
  return `${name} ${version}, ${license}\n\n${text}\n`;
});
writeFileSync(join(OUT, LICENCES), `What is bundled in ${BUNDLE}, each with its licence.\n\n`
  + parts.join(`\n${"-".repeat(100)}\n\n`));

const sum = (...files) => files.reduce((hash, file) => hash.update(readFileSync(file)), createHash("sha256")).digest("hex");
writeFileSync(join(OUT, "built.json"), JSON.stringify({
  sources: sum(...SOURCES.map((name) => join(HERE, name))),
  bundle: sum(join(OUT, BUNDLE)),
}, null, 1) + "\n");
console.log(`${names.size} packages, ${readFileSync(join(OUT, BUNDLE)).length.toLocaleString("en")} bytes`);
