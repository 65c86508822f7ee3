export { Authority } from '../mesh/authority.ts';
