import { type Kysely, sql } from 'kysely';

interface Column {
  name: string;
  type: string;
  nullable: boolean;
  hasDefault: boolean;
}

interface Demand {
  name: string;
  columns: string[];
}

/** The tables of a database, as far as who reads and writes them depends on them. */
export interface Tables {
  /** By table, `.` and column. */
  columns: ReadonlyMap<string, Column>;
  /** What rows must fulfil: checks, references, uniqueness. */
  demands: ReadonlyMap<string, Demand>;
}

export async function readTables<Schema>(db: Kysely<Schema>): Promise<Tables> {
  const { rows: columns } = await sql<Column>`
    SELECT table_name || '.' || column_name AS name, data_type AS type, is_nullable = 'YES' AS nullable,
      column_default IS NOT NULL OR is_identity = 'YES' AS "hasDefault"
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'kysely%'`.execute(db);
  const { rows: demands } = await sql<Demand>`
    SELECT c.relname || ': ' || pg_get_constraintdef(d.oid) AS name,
      array(SELECT c.relname || '.' || attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = ANY (d.conkey))
        AS columns
    FROM pg_constraint d JOIN pg_class c ON c.oid = d.conrelid WHERE d.connamespace = 'public'::regnamespace
    UNION
    SELECT c.relname || ': ' || pg_get_indexdef(i.indexrelid),
      array(SELECT c.relname || '.' || attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = ANY (i.indkey))
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE 'kysely%'`.execute(db);
  return {
    columns: new Map(columns.map((column) => [column.name, column])),
    demands: new Map(demands.map((demand) => [demand.name, demand])),
  };
}

/** What makes tables useless to a program that knows them as they were before. */
export function breaks(before: Tables, after: Tables): string[] {
  const tables = new Set([...before.columns.keys()].map(tableOf));
  const old = [...before.columns.values()].flatMap((column) => breaksOf(column, after.columns.get(column.name)));
  const unwritten = [...after.columns.values()]
    .filter(({ name, nullable, hasDefault }) => isNew(name) && tables.has(tableOf(name)) && !nullable && !hasDefault)
    .map(({ name }) => `${name} must be given, and is not`);
  const demanded = [...after.demands.values()]
    .filter(({ name, columns }) => !before.demands.has(name) && columns.length > 0 && !columns.some(isNew))
    .map(({ name }) => `newly demanded: ${name}`);
  return [...old, ...unwritten, ...demanded];

  function isNew(column: string): boolean {
    return !before.columns.has(column);
  }
}

function breaksOf(before: Column, after: Column | undefined): string[] {
  const { name } = before;
  if (after === undefined) return [`${name} is gone`];
  return [
    ...(after.type === before.type ? [] : [`${name} is ${after.type}, no longer ${before.type}`]),
    ...(before.nullable && !after.nullable ? [`${name} takes no null any more`] : []),
    ...(before.hasDefault && !after.hasDefault && !after.nullable ? [`${name} has no default any more`] : []),
  ];
}

function tableOf(column: string): string {
  return column.split('.')[0] ?? '';
}
