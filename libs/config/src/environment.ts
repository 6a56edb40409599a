/** Sets environment variables of this process for a library that reads them; empty values are skipped. */
export function setVariables(values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) if (value !== '') process.env[name] = value;
}
