return { generation() or '', snapshot() }
