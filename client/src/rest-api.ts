/** The REST API by itself, for programs that take part in no meeting. */

export type { PasswordReset } from './account/account-api.ts';
export { Api } from './api.ts';
export type * from './api-types.ts';
export type * from './keys/keys-api.ts';
export type * from './operators/operators-api.ts';
