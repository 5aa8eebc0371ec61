// Bundles elements and pages: `bundle.mjs OUT [test]`. web/build calls this.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

import { drawIcon } from "./icons.mjs";

const [out, kind] = process.argv.slice(2);
const tested = kind === "test";
const web = dirname(fileURLToPath(import.meta.url));
const livepermit = join(web, "node_modules/livepermit/dist");

/** Home screens want icons of these sizes, in pixels. */
const ICONS = [180, 192, 512];

/** Pages, and the modules of WebAssembly that they load. The first load of a page is `first`. */
const PAGES = {
  wallet: { wasm: ["holder", "gate"], first: "holder" },
  gate: { wasm: ["gate"], first: "gate" },
  try: { wasm: ["issuer", "gate"], first: "issuer" },
};

const common = {
  bundle: true,
  format: "esm",
  target: ["es2022", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  define: { TESTED: String(tested) },
};

/** Every file of a folder, relative to it. */
async function filesOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const whole = ({ parentPath, path, name }) => join(parentPath ?? path, name);
  return files.map((file) => relative(folder, whole(file))).sort();
}

/** The programs of a page: `main.ts`, and workers, which are `*-worker.ts` of page or elements. */
async function scripts(page, to) {
  const source = join(web, page, "src");
  const workers = page === "wallet" ? [] : await workersOf(join(web, "components/src/gate"));
  const { metafile } = await build({
    ...common,
    metafile: true,
    entryPoints: [join(source, "main.ts"), ...(await workersOf(source)), ...workers],
    entryNames: "[name]",
    chunkNames: "part-[hash]",
    outdir: to,
    splitting: true,
    minify: !tested,
  });
  return firstScripts(metafile.outputs);
}

/** The scripts that a page loads before anybody asks for more. */
function firstScripts(outputs) {
  const files = Object.keys(outputs);
  const wanted = files.filter((file) => outputs[file].entryPoint?.endsWith("/src/main.ts"));
  for (const file of wanted) {
    for (const { path, kind } of outputs[file].imports) {
      if (kind === "import-statement" && outputs[path] && !wanted.includes(path)) wanted.push(path);
    }
  }
  return wanted.map((file) => basename(file));
}

async function workersOf(folder) {
  if (!existsSync(folder)) return [];
  const files = await readdir(folder);
  return files.filter((name) => name.endsWith("-worker.ts")).map((name) => join(folder, name));
}

async function page(name, to) {
  const { wasm } = PAGES[name];
  await rm(to, { recursive: true, force: true });
  await mkdir(join(to, "wasm"), { recursive: true });
  const first = await scripts(name, to);
  for (const file of await readdir(join(web, name))) {
    if (file !== "src") await cp(join(web, name, file), join(to, file), { recursive: true });
  }
  await policy(join(to, "index.html"));
  await cp(join(web, "shared/icons"), join(to, "icons"), { recursive: true });
  for (const side of ICONS) {
    await writeFile(join(to, `icons/icon-${side}.png`), drawIcon(side));
  }
  await cp(join(web, "shared/base.css"), join(to, "base.css"));
  for (const module of wasm) {
    await cp(join(livepermit, "wasm", `${module}.wasm`), join(to, `wasm/${module}.wasm`));
  }
  await serviceWorker(name, to);
  return first;
}

/** The policy stands in the page too, for servers that send no headers. */
async function policy(file) {
  const headers = JSON.parse(await readFile(join(web, "shared/headers.json"), "utf8"));
  // Only a header can say who may frame a page.
  const said = headers["content-security-policy"].replace(/; frame-ancestors [^;]*/, "");
  const text = await readFile(file, "utf8");
  const meta = `<meta http-equiv="content-security-policy" content="${said}">`;
  await writeFile(file, text.replace("<!-- policy -->", meta));
}

/** The worker names every file, and a hash of all: another file makes another version. */
async function serviceWorker(name, to) {
  const files = await filesOf(to);
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file}\0`).update(await readFile(join(to, file)));
  const offline = files.map((file) => (file === "index.html" ? "./" : file));
  await build({
    ...common,
    entryPoints: [join(web, "shared/service-worker.ts")],
    outdir: to,
    format: "iife",
    minify: !tested,
    define: {
      ...common.define,
      OFFLINE_FILES: JSON.stringify(offline),
      OFFLINE_VERSION: JSON.stringify(hash.digest("hex").slice(0, 16)),
      OFFLINE_PAGE: JSON.stringify(name),
    },
  });
}

/** The package of elements. Apps bundle it themselves, and bring the library. */
async function components(to) {
  const source = join(web, "components/src");
  const { exports, ...facts } = JSON.parse(await readFile(join(web, "components/package.json")));
  await rm(to, { recursive: true, force: true });
  const modules = Object.values(exports)
    .filter((entry) => typeof entry === "object")
    .map(({ default: file }) => join(source, relative("dist", file).replace(/\.js$/, ".ts")))
    .filter((file) => existsSync(file));
  const entryPoints = [...modules, ...(await workersOf(join(source, "gate")))];
  await build({
    ...common,
    entryPoints,
    outdir: join(to, "dist"),
    outbase: source,
    chunkNames: "part-[hash]",
    splitting: true,
    external: ["livepermit"],
    minifySyntax: true,
  });
  const tsc = join(web, "node_modules/.bin/tsc");
  execFileSync(tsc, [
    "--project", join(web, "tsconfig.declarations.json"), "--outDir", join(to, "dist"),
  ], { stdio: "inherit" });
  await writeFile(join(to, "package.json"), JSON.stringify({ ...facts, exports }, undefined, 2));
  await cp(join(web, "components/README.md"), join(to, "README.md"));
  for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) {
    await cp(join(web, "..", licence), join(to, licence));
  }
}

/** Scripts of tests: the kit's server puts each of `pages` on a page, Node imports `modules`. */
async function testScripts(name, to) {
  const source = join(web, "tests", name);
  await rm(to, { recursive: true, force: true });
  const entryPoints = (await readdir(source)).filter((name) => name.endsWith(".ts"));
  if (entryPoints.length === 0) return;
  await build({
    ...common,
    entryPoints: [
      ...entryPoints.map((name) => join(source, name)),
      ...(await workersOf(join(web, "components/src/gate"))),
    ],
    outdir: to,
    entryNames: "[name]",
    splitting: true,
    chunkNames: "part-[hash]",
  });
  await cp(join(livepermit, "wasm"), join(to, "wasm"), { recursive: true });
}

/** The sizes after gzip of what a page loads first, without what it keeps for later. */
async function sizes(name, to, scriptsFirst) {
  const { first, wasm } = PAGES[name];
  const sums = { module: 0, scripts: 0, rest: 0 };
  let later = 0;
  for (const file of await filesOf(to)) {
    const size = gzipSync(await readFile(join(to, file)), { level: 9 }).length;
    const isLater =
      wasm.some((module) => module !== first && file === `wasm/${module}.wasm`) ||
      (file.endsWith(".js") && !scriptsFirst.includes(file)) || file.endsWith(".png");
    if (isLater) later += size;
    else if (file.endsWith(".js")) sums.scripts += size;
    else if (file.endsWith(".wasm")) sums.module += size;
    else sums.rest += size;
  }
  const { module, scripts, rest } = sums;
  console.log(
    `${name}: ${module + scripts + rest} bytes after gzip at first ` +
      `(module ${module}, scripts ${scripts}, rest ${rest}), ${later} later`,
  );
}

const to = tested ? join(out, "tested") : out;
await mkdir(to, { recursive: true });
for (const name of Object.keys(PAGES)) {
  // A page that is not written yet is not built.
  if (!existsSync(join(web, name, "src/main.ts"))) continue;
  const first = await page(name, join(to, name));
  if (!tested) await sizes(name, join(to, name), first);
}
await cp(join(web, "shared/headers.json"), join(to, "headers.json"));
if (tested) {
  await testScripts("pages", join(to, "tests"));
  await testScripts("modules", join(to, "modules"));
} else {
  await components(join(to, "components"));
}
