import { z } from 'zod';

/** A bucket, and what the keys of our objects in it begin with: '' or a folder with its slash. */
export interface S3Location {
  bucket: string;
  prefix: string;
  /** Undefined: as the environment says (AWS_REGION). */
  region: string | undefined;
  /** Of another server than Amazon's. */
  endpoint: string | undefined;
}

const query = z.strictObject({
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/)
    .optional(),
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
});

/** Servers other than Amazon's mostly have no regions, and are content with this one. */
const anyRegion = 'us-east-1';

/**
 * Where recordings are kept, as a setting: `s3://bucket/folder?region=eu-central-1`, or with `?endpoint=https://…` for another
 * server that speaks S3. Credentials don't belong here: settings get into logs.
 */
export const storeSetting = z.string().transform((text, context): S3Location => {
  const location = parse(text);
  if (typeof location !== 'string') return location;
  context.addIssue(location);
  return z.NEVER;
});

/** What is wrong, if anything is. */
function parse(text: string): S3Location | string {
  const url = URL.parse(text);
  if (url?.protocol !== 's3:') return 'not s3://bucket/folder';
  if (url.username !== '' || url.password !== '')
    return 'credentials belong into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(url.host)) return 'not the name of a bucket';
  const given = query.safeParse(Object.fromEntries(url.searchParams));
  if (!given.success) return given.error.issues.map(({ path, message }) => [...path, message].join(' ')).join(', ');
  const folder = url.pathname.replace(/^\/+|\/+$/g, '');
  if (!/^[\w./-]*$/.test(folder)) return 'not the name of a folder';
  const { endpoint, region = endpoint === undefined ? undefined : anyRegion } = given.data;
  return { bucket: url.host, prefix: folder === '' ? '' : `${folder}/`, region, endpoint };
}
