/* FreeBSD's vmm as its clients see it: /dev/vmmctl, /dev/vmm/NAME. A program that has the system's own headers uses those instead. */
#ifndef VMMENGINE_FREEBSD_H
#define VMMENGINE_FREEBSD_H

#include <vmmengine/freebsd/vmm.h>
#include <vmmengine/freebsd/vmm_dev.h>
#include <vmmengine/freebsd/vmm_ioctl.h>

#endif
