/** The value of a variable; undefined, without a question, where Deno was not permitted to read it. */
export function permittedVariable(variable: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) : undefined;
}
