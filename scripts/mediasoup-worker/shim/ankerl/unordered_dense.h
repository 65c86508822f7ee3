#pragma once
// Distributions do not package ankerl::unordered_dense. Abseil's flat containers take its place; they differ in one
// thing that mediasoup relies on: erase(iterator) has to return the next iterator.
#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <absl/hash/hash.h>

#include <iterator>
#include <type_traits>

namespace ankerl::unordered_dense
{
	template<typename T>
	using hash = absl::Hash<T>;

	template<typename Base>
	class EraseReturnsNext : public Base
	{
	public:
		using Base::Base;
		using typename Base::const_iterator;
		using typename Base::iterator;
		using typename Base::size_type;

		iterator erase(iterator position)
		{
			auto next = std::next(position);

			Base::erase(position);

			return next;
		}

		template<typename Key>
		  requires(!std::is_same_v<Key, iterator> && !std::is_same_v<Key, const_iterator>)
		size_type erase(const Key& key)
		{
			return Base::erase(key);
		}
	};

	template<
	  typename Key,
	  typename Value,
	  typename Hash  = absl::container_internal::hash_default_hash<Key>,
	  typename Equal = absl::container_internal::hash_default_eq<Key>>
	using map = EraseReturnsNext<absl::flat_hash_map<Key, Value, Hash, Equal>>;

	template<
	  typename Key,
	  typename Hash  = absl::container_internal::hash_default_hash<Key>,
	  typename Equal = absl::container_internal::hash_default_eq<Key>>
	using set = EraseReturnsNext<absl::flat_hash_set<Key, Hash, Equal>>;
} // namespace ankerl::unordered_dense
