return { generation() or '', snapshot(), redis.call('HGET', PLAN, 'document') or '' }
