/** Sets variables of this process for a library that reads them by itself; empty ones stay as they are. */
export function setVariables(values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) if (value !== '') process.env[name] = value;
}
