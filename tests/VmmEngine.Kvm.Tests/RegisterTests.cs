using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Kvm.Tests;

public unsafe class RegisterTests
{
    [KvmFact]
    public void APowerOnStateIsTheProcessors()
    {
        using KvmGuest guest = new([]);
        Assert.Equal(0, guest.Backend.Reset(guest.Vcpu));

        CpuRegisters registers = guest.Registers();

        Assert.Equal((0xFFF0UL, 0xFFFF_0000UL, (ushort)0xF000), (registers.Rip, registers.Cs.Base, registers.Cs.Selector));
        Assert.Equal((2UL, 0x6000_0010UL, 0UL), (registers.Rflags, registers.Cr0, registers.Efer));
        Assert.Equal(0xFFFFu, registers.Ds.Limit);
    }

    [KvmFact]
    public void EveryGroupReadsAsItWasWritten()
    {
        using KvmGuest guest = new([]);
        CpuRegisters written = guest.Registers();
        for (int i = 0; i < 16; i++)
        {
            written.General[i] = 0x1111_1111_1111_1111UL * (ulong)i;
        }

        written.Rip = 0x1234;
        written.Rflags = 0x202;
        written.Gdtr = new DescriptorTable { Base = 0x5000, Limit = 0x27 };
        written.Fs.Base = 0x1_0000;
        written.Cr2 = 0xABCD;
        written.Dr0 = 0x1000;
        written.Dr7 = 0x401;
        written.Lstar = 0xFFFF_8000_0000_1000;
        written.Star = 0x0023_0010_0000_0000;
        written.KernelGsBase = 0x7000;
        written.InterruptShadow = 1;
        written.Fxsave[32] = 0x5A;
        written.Fxsave[160] = 0xA5;
        written.Tsc = 0;

        guest.Write(RegisterGroups.All, written);
        CpuRegisters read = guest.Registers();

        Assert.NotEqual(0UL, read.Tsc); // it runs, and not every KVM sets it
        read.Tsc = 0;
        Assert.Equal(Bytes(in written), Bytes(in read));
    }

    [KvmFact]
    public void AStateThatNoProcessorCanBeInIsRefused()
    {
        using KvmGuest guest = new([]);
        CpuRegisters registers = guest.Registers();
        registers.Cr0 |= 1UL << 40;

        Assert.Equal(Errno.EINVAL, guest.Backend.WriteRegisters(guest.Vcpu, RegisterGroups.System, in registers));
    }

    [KvmFact]
    public void WhatIsWrittenBetweenExitsIsWhatTheGuestSees()
    {
        using KvmGuest guest = new([
            0xE6, 0x80, // out 0x80, al
            0xE6, 0x81, // out 0x81, al
            0xF4]); // hlt
        guest.Exit();
        CpuRegisters registers = guest.Registers();
        registers.General[0] = 0x77;
        guest.Write(RegisterGroups.General, registers);

        VcpuExit exit = guest.Exit();
        Assert.Equal((0x81, 0x77UL), (exit.Port, exit.Data));
    }

    private static byte[] Bytes(in CpuRegisters registers)
    {
        fixed (CpuRegisters* address = &registers)
        {
            return new Span<byte>(address, sizeof(CpuRegisters)).ToArray();
        }
    }
}
