// SPDX-License-Identifier: GPL-2.0
/*
 * The logarithm of log2.h, by a table and a polynomial (Tang, Table-driven
 * implementation of the logarithm function in IEEE floating-point arithmetic, ACM
 * TOMS 16(4), 1990): the first seven bits of the mantissa choose a reciprocal, with
 * which it is 1 + r and r below 2^-7, and the series of log2(1 + r) ends where what
 * is left out is less than 2^-49.
 */
#include "core/base/fixed.h"
#include "core/base/log2.h"

#define LEAD		7	/* bits of the mantissa that choose an entry */
#define ENTRIES		(1 << LEAD)
#define PART_FRAC	60	/* of what is added up */
#define ONE		(1ULL << 63)	/* of the mantissa, and of r */

/*
 * Entry i is 1 / (1 + (2 i + 1) / 256), 2^-32, rounded to the nearest, and the
 * negative logarithm of what it was rounded to, 2^-60.
 */
static const struct {
	u32 reciprocal;
	u64 log;
} table[ENTRIES] = {
	{ 0xff00ff01U, 0x1709c46d639730ULL }, { 0xfd08e550U, 0x44d8c4601740a8ULL },
	{ 0xfb188565U, 0x724d8eeab5d30dULL }, { 0xf92fb221U, 0x9f6984a583e52aULL },
	{ 0xf74e3fc2U, 0xcc2dfe1e705f77ULL }, { 0xf57403d6U, 0xf89c4c1510750bULL },
	{ 0xf3a0d52dU, 0x124b5b7daa0926dULL }, { 0xf1d48bcfU, 0x1507b835d39fd39ULL },
	{ 0xf00f00f0U, 0x17beee96cfb7c8aULL }, { 0xee500ee5U, 0x1a7111df35f5e86ULL },
	{ 0xec979119U, 0x1d1e34e348c1905ULL }, { 0xeae56404U, 0x1fc66a0e86464a1ULL },
	{ 0xe9396520U, 0x2269c368e3e1cd3ULL }, { 0xe79372e2U, 0x250852964be45a8ULL },
	{ 0xe5f36cb0U, 0x27a228db4c2a0f4ULL }, { 0xe45932d8U, 0x2a375720bb03e21ULL },
	{ 0xe2c4a688U, 0x2cc7edf63f45c47ULL }, { 0xe135a9c9U, 0x2f53fd90609c9f6ULL },
	{ 0xdfac1f74U, 0x31db95d0c0e6a32ULL }, { 0xde27eb2cU, 0x345ec646af15e8bULL },
	{ 0xdca8f159U, 0x36dd9e2e616560dULL }, { 0xdb2f171eU, 0x39582c78dfae449ULL },
	{ 0xd9ba4257U, 0x3bce7fc6f65c5f2ULL }, { 0xd84a598fU, 0x3e40a671e357dc8ULL },
	{ 0xd6df43fdU, 0x40aeae8896d8989ULL }, { 0xd578e97cU, 0x4318a5d5be4f4dbULL },
	{ 0xd417328aU, 0x457e99da1981d1fULL }, { 0xd2ba083bU, 0x47e097dbd9f6af1ULL },
	{ 0xd161543eU, 0x4a3eacd714bc8cbULL }, { 0xd00d00d0U, 0x4c98e58dc3b61ddULL },
	{ 0xcebcf8bbU, 0x4eef4e832a7a329ULL }, { 0xcd712753U, 0x5141f3fad7fe17fULL },
	{ 0xcc29786cU, 0x5390e20479727c5ULL }, { 0xcae5d85fU, 0x55dc246d0061b6fULL },
	{ 0xc9a633fdU, 0x5823c6d05e718bbULL }, { 0xc86a7890U, 0x5a67d4924a68291ULL },
	{ 0xc73293d8U, 0x5ca858de53bbe41ULL }, { 0xc5fe7403U, 0x5ee55eb173644bbULL },
	{ 0xc4ce07b0U, 0x611ef0cf789b7e8ULL }, { 0xc3a13de6U, 0x635519cedfb5c17ULL },
	{ 0xc2780614U, 0x6587e41423d2b76ULL }, { 0xc152500cU, 0x67b759d694fcbb1ULL },
	{ 0xc0300c03U, 0x69e3851be06d25cULL }, { 0xbf112a8bU, 0x6c0c6fbf298fb16ULL },
	{ 0xbdf59c91U, 0x6e322370bbf2b82ULL }, { 0xbcdd535eU, 0x7054a9affa3e9e0ULL },
	{ 0xbbc8408dU, 0x72740bdad6e300fULL }, { 0xbab65610U, 0x7490532046df3cbULL },
	{ 0xb9a7862aU, 0x76a9888838fc263ULL }, { 0xb89bc36dU, 0x78bfb4f3ed86823ULL },
	{ 0xb79300b8U, 0x7ad2e11e6a25131ULL }, { 0xb68d3134U, 0x7ce3159f0fef9c8ULL },
	{ 0xb58a4855U, 0x7ef05ae43c1eb4cULL }, { 0xb48a39d4U, 0x80fab93c236bfddULL },
	{ 0xb38cf9b0U, 0x830238cfa98ad96ULL }, { 0xb2927c2aU, 0x8506e1a779280d1ULL },
	{ 0xb19ab5c4U, 0x8708bbab1ec571fULL }, { 0xb0a59b42U, 0x8907ce9c014374bULL },
	{ 0xafb321a1U, 0x8b042225495e7dbULL }, { 0xaec33e1fU, 0x8cfdbdc872f9dd5ULL },
	{ 0xadd5e632U, 0x8ef4a8ed6d7a343ULL }, { 0xaceb0f89U, 0x90e8eaddf798aa5ULL },
	{ 0xac02b00bU, 0x92da8ac530d9cadULL }, { 0xab1cbdd4U, 0x94c98fb389307e4ULL },
	{ 0xaa392f36U, 0x96b6009a32b4323ULL }, { 0xa957fab5U, 0x989fe45165a892aULL },
	{ 0xa8791709U, 0x9a874191bea8b35ULL }, { 0xa79c7b17U, 0x9c6c1f014b4c660ULL },
	{ 0xa6c21df7U, 0x9e4e832441a20f6ULL }, { 0xa5e9f6edU, 0xa02e746a3c8198dULL },
	{ 0xa513fd6cU, 0xa20bf9258e263c2ULL }, { 0xa4402910U, 0xa3e7179698417e8ULL },
	{ 0xa36e71a3U, 0xa5bfd5deacfe498ULL }, { 0xa29ecf16U, 0xa7963a0dd736f73ULL },
	{ 0xa1d13985U, 0xa96a4a17fda11c4ULL }, { 0xa105a933U, 0xab3c0bdc1735762ULL },
	{ 0xa03c1688U, 0xad0b852705df967ULL }, { 0x9f747a15U, 0xaed8bba8ab5af81ULL },
	{ 0x9eaecc8dU, 0xb0a3b502504bcf3ULL }, { 0x9deb06c9U, 0xb26c76bbc80603bULL },
	{ 0x9d2921c4U, 0xb433064b1961ca5ULL }, { 0x9c69169bU, 0xb5f76912f86680eULL },
	{ 0x9baade8eU, 0xb7b9a45ede32fd9ULL }, { 0x9aee72fdU, 0xb979bd68964edd4ULL },
	{ 0x9a33cd67U, 0xbb37b9593360c2eULL }, { 0x997ae76bU, 0xbcf39d4542f4889ULL },
	{ 0x98c3bac7U, 0xbead6e2dc3a6038ULL }, { 0x980e4156U, 0xc06531039857974ULL },
	{ 0x975a7510U, 0xc21aeaa63aa6566ULL }, { 0x96a85009U, 0xc3ce9fe4defc3daULL },
	{ 0x95f7cc73U, 0xc580557844ac368ULL }, { 0x9548e498U, 0xc73010102c5396aULL },
	{ 0x949b92deU, 0xc8ddd4485a05fadULL }, { 0x93efd1c5U, 0xca89a6ac4b285adULL },
	{ 0x93459be7U, 0xcc338bb6093897fULL }, { 0x929cebf5U, 0xcddb87d489946a5ULL },
	{ 0x91f5bcb9U, 0xcf819f6598b9c6aULL }, { 0x91500915U, 0xd125d6b7414d09dULL },
	{ 0x90abcc02U, 0xd2c8320942e80fcULL }, { 0x90090090U, 0xd468b58c084f6d0ULL },
	{ 0x8f67a1e4U, 0xd6076564c2d4877ULL }, { 0x8ec7ab39U, 0xd7a445a9e457502ULL },
	{ 0x8e2917e1U, 0xd93f5a5f8698797ULL }, { 0x8d8be340U, 0xdad8a78367b3d67ULL },
	{ 0x8cf008cfU, 0xdc70310445099d6ULL }, { 0x8c55841dU, 0xde05fabe446cf5dULL },
	{ 0x8bbc50c9U, 0xdf9a0889cb2415bULL }, { 0x8b246a88U, 0xe12c5e2ae176cb8ULL },
	{ 0x8a8dcd20U, 0xe2bcff5d7f882fcULL }, { 0x89f8746aU, 0xe44befcf72a503dULL },
	{ 0x89645c4fU, 0xe5d933278fa8503ULL }, { 0x88d180cdU, 0xe764ccf77fd10e5ULL },
	{ 0x883fddf0U, 0xe8eec0cdbd34cdbULL }, { 0x87af6fd6U, 0xea77122a164f53fULL },
	{ 0x872032acU, 0xebfdc4850d4342eULL }, { 0x869222b2U, 0xed82db4433e9043ULL },
	{ 0x86053c34U, 0xef0659cc91e9e2bULL }, { 0x85797b91U, 0xf088436ec6053f2ULL },
	{ 0x84eedd35U, 0xf2089b76cb77c35ULL }, { 0x84655d9cU, 0xf38765230b295b6ULL },
	{ 0x83dcf94eU, 0xf504a3aed32f84aULL }, { 0x8355ace4U, 0xf6805a43c39178dULL },
	{ 0x82cf7504U, 0xf7fa8c044cc52c3ULL }, { 0x824a4e61U, 0xf9733c0b1be9569ULL },
	{ 0x81c635bcU, 0xfaea6d67ada5d39ULL }, { 0x814327e4U, 0xfc60231daa6913cULL },
	{ 0x80c121b3U, 0xfdd4602cdce3c34ULL }, { 0x80402010U, 0xff47278af5a2489ULL },
};

/* 1 / (k ln 2) for k from 1, 2^-60. */
static const s64 series[] = {
	1663314137230540311LL, 831657068615270156LL, 554438045743513437LL,
	415828534307635078LL, 332662827446108062LL,
};

/**
 * aios_log2() - logarithm
 * @value: at least 1; 0 counts as 1
 *
 * Exact for powers of two, and never less for a larger value. Constant time.
 *
 * Return: log2(@value) in 2^-40, rounded to the nearest but for 2^-49: within
 * 0.51 * 2^-40.
 */
s64 aios_log2(u64 value)
{
	u64 least = max_t(u64, value, 1);
	u32 bits = aios_bits64(least);
	u64 mantissa = least << (64 - bits); /* [1, 2), 2^-63 */
	u32 i = (u32)(mantissa >> (63 - LEAD)) & (ENTRIES - 1);
	s64 r = (s64)((u64)(aios_mul_u64(mantissa, table[i].reciprocal) >> 32) - ONE);
	s64 part = series[ARRAY_SIZE(series) - 1];
	u32 k;

	for (k = ARRAY_SIZE(series) - 1; k--;)
		part = series[k] - (s64)(aios_mul_s64(r, part) >> 63);
	part = (s64)table[i].log + (s64)(aios_mul_s64(r, part) >> 63);
	part += 1LL << (PART_FRAC - AIOS_LOG2_FRAC - 1);
	return ((s64)(bits - 1) << AIOS_LOG2_FRAC) + (part >> (PART_FRAC - AIOS_LOG2_FRAC));
}
