using System.Runtime.InteropServices;
using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Memory;
using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Kvm.Tests;

/// <summary>Instructions that are taken back: the state is as if they had never been begun, and they exit again.</summary>
public unsafe class RestartTests
{
    [KvmTheory]
    [InlineData("E6 80", ExitReason.PortOut)] // out 0x80, al
    [InlineData("E7 80", ExitReason.PortOut)] // out 0x80, ax
    [InlineData("66 E7 80", ExitReason.PortOut)] // out 0x80, eax
    [InlineData("EE", ExitReason.PortOut)] // out dx, al
    [InlineData("66 EF", ExitReason.PortOut)] // out dx, eax
    [InlineData("E4 60", ExitReason.PortIn)] // in al, 0x60
    [InlineData("66 ED", ExitReason.PortIn)] // in eax, dx
    [InlineData("A0 10 00", ExitReason.MmioRead)] // mov al, [0x10]
    [InlineData("01 47 10", ExitReason.MmioRead)] // add [bx+0x10], ax
    [InlineData("A3 20 00", ExitReason.MmioWrite)] // mov [0x20], ax
    [InlineData("66 89 0E 20 00", ExitReason.MmioWrite)] // mov [0x20], ecx
    [InlineData("C6 47 03 55", ExitReason.MmioWrite)] // mov byte [bx+3], 0x55
    [InlineData("AA", ExitReason.MmioWrite)] // stosb
    [InlineData("6E", ExitReason.PortOut)] // outsb
    [InlineData("F3 6E", ExitReason.PortOut)] // rep outsb
    [InlineData("F3 6D", ExitReason.PortIn)] // rep insw
    public void ARestartedInstructionIsExecutedAgain(string instruction, ExitReason reason)
    {
        byte[] bytes = Convert.FromHexString(instruction.Replace(" ", "", StringComparison.Ordinal));
        using KvmGuest guest = new([.. bytes, .. bytes, .. bytes, 0xF4]);
        CpuRegisters before = guest.Registers(RegisterGroups.General | RegisterGroups.System);
        before.Ds.Base = before.Es.Base = 0xF_0000;
        before.Ds.Selector = before.Es.Selector = 0xF000;
        before.General[0] = 0x1122_3344;
        before.General[1] = 4;
        before.General[2] = 0x300;
        before.General[3] = 0x10;
        before.General[6] = 0;
        before.General[7] = 0x40;
        guest.Write(RegisterGroups.General | RegisterGroups.System, before);
        void* page = reason is ExitReason.PortIn or ExitReason.PortOut ? MapDeviceSegment(guest) : null;

        VcpuExit first = guest.Exit();
        guest.Backend.Restart(guest.Vcpu);
        CpuRegisters after = guest.Registers(RegisterGroups.General);

        Assert.Equal(reason, first.Reason);
        Assert.Equal(KvmGuest.Start, after.Rip);
        for (int i = 0; i < 16; i++)
        {
            Assert.Equal((i, before.General[i]), (i, after.General[i]));
        }

        VcpuExit second = guest.Exit();
        Assert.Equal((first.Reason, first.Port, first.Address, first.Size, first.Data, first.Count), (second.Reason, second.Port, second.Address, second.Size, second.Data, second.Count));
        NativeMemory.AlignedFree(page);
    }

    // String instructions on ports need memory under DS and ES.
    private static void* MapDeviceSegment(KvmGuest guest)
    {
        void* page = NativeMemory.AlignedAlloc(4096, 4096);
        NativeMemory.Clear(page, 4096);
        Assert.Equal(0, guest.Backend.Map(new Gpa(0xF_0000), new Hva((nuint)page), 4096, MemoryProtection.All));
        return page;
    }
}
