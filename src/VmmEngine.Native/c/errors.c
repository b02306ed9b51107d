/* The interfaces' error numbers as Linux has them. */
#include <errno.h>

#include "vmmengine.h"

__attribute__((visibility("default"))) int vmm_linux_errno(int error)
{
	/* What is not named here has the same number, up to 34, or no business at a device. */
	switch (error) {
	case VMM_EDEADLK: return EDEADLK;
	case VMM_EAGAIN: return EAGAIN;
	case 36: return EINPROGRESS;
	case VMM_EALREADY: return EALREADY;
	case VMM_EOPNOTSUPP: return EOPNOTSUPP;
	case 60: return ETIMEDOUT;
	case VMM_ENAMETOOLONG: return ENAMETOOLONG;
	case VMM_ENOSYS: return ENOSYS;
	case 84: return EOVERFLOW; /* FreeBSD's */
	case 85: return ECANCELED; /* FreeBSD's */
	case 87: return EOVERFLOW; /* OpenBSD's */
	case 88: return ECANCELED; /* OpenBSD's */
	case 91: return ENOTSUP;   /* OpenBSD's */
	default: return error >= 0 && error <= 34 ? error : EINVAL;
	}
}
