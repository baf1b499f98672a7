import { inFolder } from "./programs/program.ts";

/** A certificate of that name, made anew by openssl, and its key, as PEM. */
export async function identityOf(name: string): Promise<{ cert: string; key: string }> {
  return await inFolder(async (folder) => {
    const [key, cert] = [`${folder}/key.pem`, `${folder}/cert.pem`];
    const { success, stderr } = await new Deno.Command("openssl", {
      args: [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
        ...["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`],
        ...["-addext", "basicConstraints=CA:FALSE", "-keyout", key, "-out", cert],
      ],
      stdout: "null",
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return { cert: await Deno.readTextFile(cert), key: await Deno.readTextFile(key) };
  });
}
