#pragma once
// mediasoup is written for libsrtp 3; distributions ship libsrtp 2. This maps the calls mediasoup makes to version 2.
// The differences: in 3 a policy is an opaque object built by setters, and (un)protect reads one buffer and writes
// another; in 2 a policy is a struct and packets are changed in place.
#include <srtp2/srtp.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <new>

// Errors that only version 3 knows. mediasoup names them in a switch; version 2 never returns them, the shim the first.
constexpr auto srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(100);
constexpr auto srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(101);

namespace srtp3
{
	struct Policy
	{
		srtp_policy_t v2{};
		// v2.key points here: master key, then master salt.
		std::array<unsigned char, SRTP_MAX_KEY_LEN> key{};
	};

	inline srtp_err_status_t policy_create(Policy** policy)
	{
		*policy = new (std::nothrow) Policy();

		return *policy ? srtp_err_status_ok : srtp_err_status_alloc_fail;
	}

	inline void policy_destroy(Policy* policy)
	{
		delete policy;
	}

	inline srtp_err_status_t policy_set_ssrc(Policy* policy, srtp_ssrc_t ssrc)
	{
		policy->v2.ssrc = ssrc;

		return srtp_err_status_ok;
	}

	inline srtp_err_status_t policy_set_profile(Policy* policy, srtp_profile_t profile)
	{
		const auto status = srtp_crypto_policy_set_from_profile_for_rtp(&policy->v2.rtp, profile);

		return status ? status : srtp_crypto_policy_set_from_profile_for_rtcp(&policy->v2.rtcp, profile);
	}

	inline srtp_err_status_t policy_add_key(
	  Policy* policy,
	  const uint8_t* key,
	  size_t keyLen,
	  const uint8_t* salt,
	  size_t saltLen,
	  const uint8_t* /*mki*/,
	  size_t /*mkiLen*/)
	{
		if (keyLen + saltLen > policy->key.size())
			return srtp_err_status_bad_param;

		std::memcpy(policy->key.data(), key, keyLen);
		std::memcpy(policy->key.data() + keyLen, salt, saltLen);
		policy->v2.key = policy->key.data();

		return srtp_err_status_ok;
	}

	inline srtp_err_status_t policy_set_allow_repeat_tx(Policy* policy, bool allow)
	{
		policy->v2.allow_repeat_tx = allow;

		return srtp_err_status_ok;
	}

	inline srtp_err_status_t policy_set_window_size(Policy* policy, size_t size)
	{
		policy->v2.window_size = size;

		return srtp_err_status_ok;
	}

	inline srtp_err_status_t create(srtp_t* session, Policy* policy)
	{
		return ::srtp_create(session, &policy->v2);
	}

	using InPlace = srtp_err_status_t (*)(srtp_t session, void* packet, int* len);

	// `growth`: by how many bytes `transform` may lengthen the packet.
	inline srtp_err_status_t copyAndTransform(
	  InPlace transform, srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen, size_t growth)
	{
		if (*outLen < inLen + growth)
			return srtp_err_status_buffer_small;

		if (out != in)
			std::memmove(out, in, inLen);

		int len           = static_cast<int>(inLen);
		const auto status = transform(session, out, &len);

		*outLen = static_cast<size_t>(len);

		return status;
	}

	inline srtp_err_status_t protect(
	  srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen, size_t /*mkiIndex*/)
	{
		return copyAndTransform(::srtp_protect, session, in, inLen, out, outLen, SRTP_MAX_TRAILER_LEN);
	}

	inline srtp_err_status_t protect_rtcp(
	  srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen, size_t /*mkiIndex*/)
	{
		// RFC 3711 §3.4: SRTCP also appends the E flag and its index, 4 bytes.
		return copyAndTransform(::srtp_protect_rtcp, session, in, inLen, out, outLen, SRTP_MAX_TRAILER_LEN + 4);
	}

	inline srtp_err_status_t unprotect(srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen)
	{
		return copyAndTransform(::srtp_unprotect, session, in, inLen, out, outLen, 0);
	}

	inline srtp_err_status_t unprotect_rtcp(
	  srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen)
	{
		return copyAndTransform(::srtp_unprotect_rtcp, session, in, inLen, out, outLen, 0);
	}
} // namespace srtp3

// From here on the names of version 2 mean version 3.
#define srtp_policy_t srtp3::Policy*
#define srtp_policy_create srtp3::policy_create
#define srtp_policy_destroy srtp3::policy_destroy
#define srtp_policy_set_ssrc srtp3::policy_set_ssrc
#define srtp_policy_set_profile srtp3::policy_set_profile
#define srtp_policy_add_key srtp3::policy_add_key
#define srtp_policy_set_allow_repeat_tx srtp3::policy_set_allow_repeat_tx
#define srtp_policy_set_window_size srtp3::policy_set_window_size
#define srtp_stream_remove srtp_remove_stream
#define srtp_create srtp3::create
#define srtp_protect srtp3::protect
#define srtp_protect_rtcp srtp3::protect_rtcp
#define srtp_unprotect srtp3::unprotect
#define srtp_unprotect_rtcp srtp3::unprotect_rtcp
