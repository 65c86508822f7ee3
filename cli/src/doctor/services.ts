/** What replicas stand upon, and what to do where one of it does not answer them. */
export const services = [
  {
    key: 'postgresql',
    name: 'PostgreSQL',
    advice: 'Nobody can make or join a meeting. See that it runs and that DATABASE_URL is right.',
  },
  { key: 'redis', name: 'Redis', advice: 'Nobody new can join. See that it runs and that REDIS_URL is right.' },
  { key: 'nats', name: 'NATS', advice: 'No edge is heard of. See that it runs and that NATS_URL is right.' },
] as const;
