import { z } from "zod";
import { SETTINGS, type Setting, type SettingTable } from "./settings.js";

/** What a configuration file may say. `transforms`: names that are known without plug-ins, for editors; others are looked up later. */
export function schemaOf(transforms: readonly string[]): z.ZodType {
  const whole = fields(SETTINGS, transforms);
  const perPath = Object.fromEntries(Object.entries<Setting>(SETTINGS).filter(([, setting]) => setting.whole !== true));
  const override = z.strictObject({
    files: z.array(z.string().min(1)).min(1).describe("Dockerfiles that are meant: patterns below this file's folder"),
    ...fields(perPath, transforms),
  });
  return z
    .strictObject({
      $schema: z.string().optional(),
      ...whole,
      overrides: z
        .array(override)
        .optional()
        .describe("Settings of some files; of several that match, the last one wins"),
    })
    .describe("Configuration of dockopt");
}

/** For editors: https://json-schema.org, draft 7, which all of them know. */
export function jsonSchema(transforms: readonly string[]): object {
  return z.toJSONSchema(schemaOf(transforms), { target: "draft-7" });
}

function fields(table: SettingTable, transforms: readonly string[]): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(table).map(([name, setting]) => {
      const meta = {
        description: setting.help,
        ...("default" in setting ? { default: setting.default } : {}),
        ...("example" in setting ? { examples: [setting.example] } : {}),
      };
      return [name, typeOf(setting, transforms).meta(meta).optional()];
    }),
  );
}

function typeOf(setting: Setting, transforms: readonly string[]): z.ZodType {
  switch (setting.kind) {
    case "choice":
      return z.enum(setting.choices);
    case "names":
      return z.array(z.union([z.enum(transforms), z.string()]));
    case "text":
      return z.string().regex(new RegExp(setting.pattern));
    case "path":
      return z.string().min(1);
    case "number":
      return setting.most === undefined ? z.number().min(0) : z.number().min(0).max(setting.most);
    case "globs":
    case "modules":
      return z.array(z.string().min(1));
    case "group":
      return z.strictObject(fields(setting.members, transforms));
  }
}
