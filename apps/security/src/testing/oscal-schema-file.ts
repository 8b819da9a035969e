/**
 * NIST's own JSON schema of OSCAL assessment results, as WEIR_OSCAL_SCHEMA names its file; undefined when it names none,
 * and then the suite says that it is left out.
 */
export function oscalSchemaFile(): string | undefined {
  const file = process.env['WEIR_OSCAL_SCHEMA'] ?? '';
  if (file !== '') return file;
  process.stderr.write('OSCAL: left out, WEIR_OSCAL_SCHEMA names no file with the schema of assessment results\n');
  return undefined;
}
