import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { requireUser } from '../../app/accounts/accounts.ts';
import { email, handle, language, password, type User } from '../../core/account/account.ts';
import { actorOf, type HttpDeps, principalOf } from '../http-deps.ts';
import { errorResponses } from '../schemas.ts';
import { beginSession, endSession, sessionOf } from '../sessions.ts';

const profile = z.object({
  id: z.uuid(),
  email: z.string().nullable(),
  handle: z.string().describe('Their personal room is at /r/{handle}'),
  name: z.string(),
  language: z.string().nullable(),
  hasPassword: z.boolean(),
});
const done204 = { 204: z.null().describe('Done'), ...errorResponses };
const tags = ['accounts'];
const name = z.string().min(1).max(256);

function toProfile({ email: address, language: tag, ...user }: User): z.output<typeof profile> {
  return { ...user, email: address ?? null, language: tag ?? null };
}

/** Accounts of people, for browsers: who signs in gets a cookie. */
export const account: FastifyPluginCallbackZod<HttpDeps> = (app, deps, done) => {
  const signedIn = { 201: profile, ...errorResponses };
  const signUp = z.object({ email, password, name, language: language.optional() });
  app.post(
    '/v1/account',
    { schema: { summary: 'Makes an account and signs in', tags, body: signUp, response: signedIn } },
    async (request, reply) => {
      const { language: tag, ...given } = request.body;
      const result = await deps.accounts.signUp({ ...given, language: tag }, request.ip);
      beginSession(reply, result);
      return await reply.code(201).send(toProfile(result.user));
    },
  );
  const credentials = z.object({ email, password: z.string().max(256) });
  app.post(
    '/v1/account/session',
    { schema: { summary: 'Signs in', tags, body: credentials, response: signedIn } },
    async (request, reply) => {
      const result = await deps.accounts.signIn(request.body.email, request.body.password, request.ip);
      beginSession(reply, result);
      return await reply.code(201).send(toProfile(result.user));
    },
  );
  app.delete(
    '/v1/account/session',
    { schema: { summary: 'Signs out', tags, response: done204 } },
    async (request, reply) => {
      const token = sessionOf(request);
      if (token !== undefined) await deps.accounts.signOut(token);
      endSession(reply);
      return await reply.code(204).send(null);
    },
  );
  app.get(
    '/v1/account/session',
    {
      schema: {
        summary: 'Who is signed in, or that nobody is',
        description: 'For pages that anybody may open: `GET /v1/account` refuses whoever is not signed in.',
        tags,
        response: { 200: z.object({ account: profile.nullable() }), ...errorResponses },
      },
    },
    async (request) => {
      const user = await deps.accounts.current(await principalOf(deps, request));
      return { account: user === undefined ? null : toProfile(user) };
    },
  );
  app.get(
    '/v1/account',
    { schema: { summary: 'Who is signed in', tags, response: { 200: profile, ...errorResponses } } },
    async (request) => toProfile(await deps.accounts.profile(await principalOf(deps, request))),
  );
  const change = z.object({ name: name.optional(), handle: handle.optional(), language: language.optional() });
  app.patch(
    '/v1/account',
    {
      schema: { summary: 'Changes the profile', tags, body: change, response: { 200: profile, ...errorResponses } },
    },
    async (request) => {
      const given = Object.fromEntries(Object.entries(request.body).filter(([, value]) => value !== undefined));
      return toProfile(await deps.accounts.change(await principalOf(deps, request), given));
    },
  );
  app.put(
    '/v1/account/password',
    {
      schema: {
        summary: 'Changes the password, and signs out everywhere else',
        tags,
        body: z.object({ current: z.string().max(256), next: password }),
        response: done204,
      },
    },
    async (request, reply) => {
      const { current, next } = request.body;
      const actor = await actorOf(deps, request);
      const userId = requireUser(actor.principal);
      await deps.accounts.requireBeforeChange(userId, current);
      await deps.audit.during(actor, { action: 'password.change', target: userId, details: {} }, () =>
        deps.accounts.setPassword(userId, sessionOf(request) ?? '', next),
      );
      return await reply.code(204).send(null);
    },
  );
  app.delete(
    '/v1/account',
    {
      schema: {
        summary: 'Removes the account with all its meetings',
        tags,
        body: z.object({ password: z.string().max(256).optional() }),
        response: done204,
      },
    },
    async (request, reply) => {
      await deps.accounts.remove(await principalOf(deps, request), request.body.password);
      endSession(reply);
      return await reply.code(204).send(null);
    },
  );
  done();
};
