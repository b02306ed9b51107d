/* The command words of OpenBSD's vmm, of the revision whose structs the program sees. */
#ifndef VMMENGINE_OPENBSD_VMM_IOCTL_H
#define VMMENGINE_OPENBSD_VMM_IOCTL_H

#include <vmmengine/ioccom.h>
#include <vmmengine/openbsd/vmm.h>

#define VMM_IOC_CREATE BSD_IOWR('V', 1, struct vm_create_params)
#define VMM_IOC_RUN BSD_IOWR('V', 2, struct vm_run_params)
#define VMM_IOC_INFO BSD_IOWR('V', 3, struct vm_info_params)
#define VMM_IOC_TERM BSD_IOW('V', 4, struct vm_terminate_params)
#define VMM_IOC_RESETCPU BSD_IOW('V', 5, struct vm_resetcpu_params)
#define VMM_IOC_INTR BSD_IOW('V', 6, struct vm_intr_params)
#define VMM_IOC_READREGS BSD_IOWR('V', 7, struct vm_rwregs_params)
#define VMM_IOC_WRITEREGS BSD_IOW('V', 8, struct vm_rwregs_params)
#define VMM_IOC_READVMPARAMS BSD_IOWR('V', 9, struct vm_rwvmparams_params)
#define VMM_IOC_WRITEVMPARAMS BSD_IOW('V', 10, struct vm_rwvmparams_params)
#ifdef VMM_OPENBSD_NEWER
#define VMM_IOC_SHAREMEM BSD_IOWR('V', 11, struct vm_sharemem_params)
#else
#define VMM_IOC_SHAREMEM BSD_IOW('V', 11, struct vm_sharemem_params)
#define VMM_IOC_MPROTECT_EPT BSD_IOW('V', 11, struct vm_mprotect_ept_params)
#endif

#endif
