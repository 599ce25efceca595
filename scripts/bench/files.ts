import { crc32, gzipSync } from "node:zlib";

export type Files = Readonly<Record<string, string | Buffer>>;

/** A zip archive whose members are stored as they are (PKWARE APPNOTE 6.3: local headers, central directory, end record). */
function zip(members: Readonly<Record<string, string>>): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(members)) {
    const data = Buffer.from(text);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(0x21, 8);
    fields.writeUInt32LE(crc32(data), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(data.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const header = Buffer.concat([Buffer.from("PK\x03\x04"), fields, Buffer.from(name), data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), fields, rest, Buffer.from(name)]));
    local.push(header);
    offset += header.length;
  }
  const size = central.reduce((sum, one) => sum + one.length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(central.length, 4);
  end.writeUInt16LE(central.length, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...local, ...central, Buffer.from("PK\x05\x06"), end]);
}

/** A pure Python wheel of one module (PEP 427). */
export function wheel(name: string, version = "1.0"): Buffer {
  const info = `${name}-${version}.dist-info`;
  const members = {
    [`${name}/__init__.py`]: `VERSION = "${version}"\n`,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    [`${info}/WHEEL`]: "Wheel-Version: 1.0\nGenerator: dockopt\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
  };
  const record = [...Object.keys(members), `${info}/RECORD`].map((path) => `${path},,\n`).join("");
  return zip({ ...members, [`${info}/RECORD`]: record });
}

/** A Go module proxy as files (go.dev/ref/mod#goproxy-protocol). */
export function goProxy(module: string, version: string): Files {
  const folder = `proxy/${module}/@v`;
  const mod = `module ${module}\n\ngo 1.19\n`;
  const root = `${module}@${version}`;
  return {
    [`${folder}/list`]: `${version}\n`,
    [`${folder}/${version}.info`]: JSON.stringify({ Version: version, Time: "2024-01-01T00:00:00Z" }),
    [`${folder}/${version}.mod`]: mod,
    [`${folder}/${version}.zip`]: zip({
      [`${root}/go.mod`]: mod,
      [`${root}/lib.go`]: 'package lib\n\nconst Name = "lib"\n',
    }),
  };
}

/** A tar archive of plain files (POSIX ustar). */
function tar(members: Readonly<Record<string, string | Buffer>>): Buffer {
  const blocks = Object.entries(members).flatMap(([name, content]) => {
    const data = Buffer.from(content);
    const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, "0")}\0`;
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(octal(0o644, 8) + octal(0, 8) + octal(0, 8) + octal(data.length, 12) + octal(0, 12), 100);
    // The sum is of a header with blanks in its own place.
    header.write("        0", 148);
    header.write("ustar\x0000", 257);
    header.write(
      octal(
        [...header].reduce((sum, byte) => sum + byte),
        7,
      ),
      148,
    );
    return [header, data, Buffer.alloc(-data.length & 511)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** A Ruby gem of one file. */
export function gem(name: string, version: string): Buffer {
  const path = `lib/${name}.rb`;
  const metadata =
    `--- !ruby/object:Gem::Specification\nname: ${name}\nversion: !ruby/object:Gem::Version\n  version: ${version}\n` +
    `platform: ruby\nauthors:\n- dockopt\ndependencies: []\nfiles:\n- ${path}\nrequire_paths:\n- lib\nspecification_version: 4\nsummary: ${name}\n`;
  const data = tar({ [path]: `${name.toUpperCase()} = "${version}"\n` });
  return tar({ "metadata.gz": gzipSync(metadata), "data.tar.gz": gzipSync(data) });
}
