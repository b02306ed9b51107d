/* OpenBSD's vmm as its clients see it: /dev/vmm. A program that has the system's own headers uses those instead. */
#ifndef VMMENGINE_OPENBSD_H
#define VMMENGINE_OPENBSD_H

#include <vmmengine/openbsd/vmm.h>
#include <vmmengine/openbsd/vmm_ioctl.h>

#endif
