/*
 * Command words as FreeBSD and OpenBSD encode them: direction in bits 31..29, argument length in 28..16, group in 15..8, number in 7..0.
 * Linux's own macros give other words for the same rows, so nothing of <sys/ioctl.h> is used here.
 */
#ifndef VMMENGINE_IOCCOM_H
#define VMMENGINE_IOCCOM_H

#define BSD_IOC_VOID 0x20000000u
#define BSD_IOC_OUT 0x40000000u
#define BSD_IOC_IN 0x80000000u
#define BSD_IOC_INOUT (BSD_IOC_IN | BSD_IOC_OUT)

#define BSD_IOC(direction, group, number, length) ((direction) | (unsigned)(length) << 16 | (unsigned)(group) << 8 | (unsigned)(number))

#define BSD_IO(group, number) BSD_IOC(BSD_IOC_VOID, group, number, 0)
#define BSD_IOR(group, number, type) BSD_IOC(BSD_IOC_OUT, group, number, sizeof(type))
#define BSD_IOW(group, number, type) BSD_IOC(BSD_IOC_IN, group, number, sizeof(type))
#define BSD_IOWR(group, number, type) BSD_IOC(BSD_IOC_INOUT, group, number, sizeof(type))

#endif
