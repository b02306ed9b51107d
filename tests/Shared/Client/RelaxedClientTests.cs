using System.Runtime.InteropServices;
using System.Text;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.Client;

/// <summary>Commands to a running guest, through a handle as upstream's and through a relaxed one, and what the guest counts meanwhile.</summary>
public abstract unsafe class RelaxedClientTests
{
    private const string HaltExits = "number of times hlt was intercepted";
    private const string IdleRequests = "number of times idle requested at exit";
    private const byte Hlt = 0xF4;
    private const byte Iret = 0xCF;
    private const int NmiVector = 2;
    private const ulong NmiHandler = 0x2000;
    private const ulong Counter = 0x3000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    protected abstract BackendFactory Factory { get; }

    [BackendFact]
    public void StatisticsOfARunningGuestLeaveItInTheGuest()
    {
        using ClientGuest guest = NmiGuest(0xFE, 0x06, 0x00, 0x30, 0xEB, 0xFA); // inc byte [3000h]; jmp
        VmHandle relaxed = guest.OpenRelaxed();
        vm_exit exit = default;
        Thread runner = new(() => guest.TryRun(out exit));
        runner.Start();
        Assert.True(SpinWait.SpinUntil(() => guest.Memory(Counter, 1)[0] != 0, Patience));
        for (int round = 0; round < 100; round++)
        {
            Statistic(relaxed, "total number of vm exits");
        }

        Assert.True(runner.IsAlive);
        Statistic(guest.Vm, "total number of vm exits");
        Assert.True(runner.Join(Patience));
        Assert.Equal(vm_exitcode.VM_EXITCODE_REQIDLE, exit.exitcode);
        Assert.NotEqual(0UL, Statistic(relaxed, "number of times idle requested at exit"));
    }

    [BackendFact]
    public void AnNmiThroughARelaxedHandleReachesTheHandlerAndTheRunGoesOn()
    {
        using ClientGuest guest = NmiGuest(0xEB, 0xFE); // jmp $
        VmHandle relaxed = guest.OpenRelaxed();
        int returns = 0;
        Thread runner = new(() =>
        {
            while (guest.TryRun(out vm_exit exit) == 0 && exit.exitcode != vm_exitcode.VM_EXITCODE_SUSPENDED)
            {
                Interlocked.Increment(ref returns);
            }
        });
        runner.Start();
        vm_nmi nmi = default;
        for (byte count = 1; count <= 3; count++)
        {
            Assert.Equal(0, relaxed.Ioctl(VmCommandWords.VM_INJECT_NMI, &nmi));
            byte expected = count;
            Assert.True(SpinWait.SpinUntil(() => guest.Memory(Counter, 1)[0] == expected, Patience));
        }

        Assert.Equal(0, Volatile.Read(ref returns));
        Assert.Equal(3UL, Statistic(relaxed, "number of NMIs delivered to vcpu"));

        Assert.Equal(0, guest.Vm.Ioctl(VmCommandWords.VM_INJECT_NMI, &nmi));
        Assert.True(SpinWait.SpinUntil(() => guest.Memory(Counter, 1)[0] == 4, Patience));
        Assert.NotEqual(0, Volatile.Read(ref returns)); // REQIDLE
        guest.Check(VmCommandWords.VM_SUSPEND, new vm_suspend { how = vm_suspend_how.VM_SUSPEND_POWEROFF });
        Assert.True(runner.Join(Patience));
    }

    [BackendFact]
    public void AnNmiThroughARelaxedHandleWakesAHaltedGuest()
    {
        using ClientGuest guest = NmiGuest(Hlt, 0xE6, 0x13, 0xEB, 0xFE); // hlt; out 13h,al
        VmHandle relaxed = guest.OpenRelaxed();
        vm_exit exit = default;
        Thread runner = new(() => guest.TryRun(out exit));
        runner.Start();
        Assert.True(SpinWait.SpinUntil(() => Statistic(relaxed, "number of times hlt was intercepted") != 0, Patience));
        vm_nmi nmi = default;
        Assert.Equal(0, relaxed.Ioctl(VmCommandWords.VM_INJECT_NMI, &nmi));
        Assert.True(runner.Join(Patience));
        Assert.Equal((vm_exitcode.VM_EXITCODE_INOUT, 0x13), (exit.exitcode, exit.u.inout.port));
        Assert.Equal(1, guest.Memory(Counter, 1)[0]);
    }

    [BackendFact]
    public void RegistersOfAHaltedGuestAreReadWhileItSleeps()
    {
        using ClientGuest guest = NmiGuest(0xB8, 0x34, 0x12, Hlt, 0xE6, 0x13, 0xEB, 0xFE); // mov ax,1234h; hlt; out 13h,al
        VmHandle relaxed = guest.OpenRelaxed();
        vm_exit exit = default;
        Thread runner = new(() => exit = guest.Run());
        runner.Start();

        // Before it sleeps, a read throws it out as upstream does.
        Assert.True(SpinWait.SpinUntil(() => Statistic(relaxed, HaltExits) != 0 && !IsThrownOutBy(relaxed, relaxed), Patience));
        Assert.Equal(0x1234u, Register(relaxed, vm_reg_name.VM_REG_GUEST_RAX) & 0xFFFF);
        Assert.Equal(ClientGuest.Start + 4, Register(relaxed, vm_reg_name.VM_REG_GUEST_RIP)); // behind the HLT
        Assert.False(IsThrownOutBy(relaxed, relaxed));

        Assert.True(IsThrownOutBy(guest.Vm, relaxed));
        Assert.Equal(0x1234u, Register(guest.Vm, vm_reg_name.VM_REG_GUEST_RAX) & 0xFFFF);
        guest.Set(vm_reg_name.VM_REG_GUEST_RBX, 0x5678);
        Assert.Equal(0x5678UL, Register(relaxed, vm_reg_name.VM_REG_GUEST_RBX));

        vm_nmi nmi = default;
        Assert.Equal(0, relaxed.Ioctl(VmCommandWords.VM_INJECT_NMI, &nmi));
        Assert.True(runner.Join(Patience));
        Assert.Equal(0x13, exit.u.inout.port);
        guest.Set(vm_reg_name.VM_REG_GUEST_RBX, 0x9ABC);
        Assert.Equal(0x9ABCUL, Register(relaxed, vm_reg_name.VM_REG_GUEST_RBX)); // nobody sleeps any more
    }

    [BackendFact]
    public void SetsOfRegistersAndDescriptorsOfAHaltedGuestAreReadWhileItSleeps()
    {
        using ClientGuest guest = NmiGuest(0xB8, 0x34, 0x12, Hlt, 0xE6, 0x13, 0xEB, 0xFE); // mov ax,1234h; hlt; out 13h,al
        VmHandle relaxed = guest.OpenRelaxed();
        guest.Set(vm_reg_name.VM_REG_GUEST_RBX, 0x5678);
        guest.Check(VmCommandWords.VM_SET_SEGMENT_DESCRIPTOR, new vm_seg_desc { regnum = vm_reg_name.VM_REG_GUEST_FS, desc = new seg_desc { @base = 0x4_0000, limit = 0xFFFF, access = 0x93 } });
        vm_exit exit = default;
        Thread runner = new(() => exit = guest.Run());
        runner.Start();
        Assert.True(SpinWait.SpinUntil(() => Statistic(relaxed, HaltExits) != 0 && !IsThrownOutBy(relaxed, relaxed), Patience));

        ulong before = Statistic(relaxed, IdleRequests);
        Assert.Equal((0, 0x5678UL, ClientGuest.Start + 4), Set(relaxed, vm_reg_name.VM_REG_GUEST_RBX, vm_reg_name.VM_REG_GUEST_RIP));
        vm_seg_desc descriptor = new() { regnum = vm_reg_name.VM_REG_GUEST_FS };
        Assert.Equal(0, relaxed.Ioctl(VmCommandWords.VM_GET_SEGMENT_DESCRIPTOR, &descriptor));
        Assert.Equal((0x4_0000UL, 0xFFFFu), (descriptor.desc.@base, descriptor.desc.limit));
        Assert.Equal(before, Statistic(relaxed, IdleRequests));

        // What is wrong is answered as ever, which wakes it.
        Assert.Equal(Errno.EINVAL, Set(relaxed, vm_reg_name.VM_REG_GUEST_RBX, vm_reg_name.VM_REG_LAST).Error);
        descriptor.regnum = vm_reg_name.VM_REG_GUEST_RAX;
        Assert.Equal(Errno.EINVAL, relaxed.Ioctl(VmCommandWords.VM_GET_SEGMENT_DESCRIPTOR, &descriptor));
        Assert.NotEqual(before, Statistic(relaxed, IdleRequests));

        vm_nmi nmi = default;
        Assert.Equal(0, relaxed.Ioctl(VmCommandWords.VM_INJECT_NMI, &nmi));
        Assert.True(runner.Join(Patience));
        Assert.Equal(0x13, exit.u.inout.port);
    }

    [BackendFact]
    public void ExitsAndIdleTimeCount()
    {
        using ClientGuest guest = NmiGuest(0xE6, 0x99, 0xE4, 0x99, Hlt, 0xE6, 0x99); // out 99h,al; in al,99h; hlt; out 99h,al
        guest.Run();
        guest.Run();
        Assert.Equal(2UL, Statistic(guest.Vm, "number of times in/out was intercepted"));
        Assert.Equal(2UL, Statistic(guest.Vm, "number of vm exits handled in userspace"));
        Assert.Equal(0UL, Statistic(guest.Vm, "number of times hlt was intercepted"));

        VmHandle relaxed = guest.OpenRelaxed();
        Thread runner = new(() => guest.TryRun(out _));
        runner.Start();
        Assert.True(SpinWait.SpinUntil(() => Statistic(relaxed, "number of times hlt was intercepted") == 1, Patience));
        vm_nmi nmi = default;
        Assert.Equal(0, relaxed.Ioctl(VmCommandWords.VM_INJECT_NMI, &nmi));
        Assert.True(runner.Join(Patience));
        Assert.Equal(3UL, Statistic(guest.Vm, "number of times in/out was intercepted"));
        Assert.NotEqual(0UL, Statistic(guest.Vm, "vcpu total runtime"));
        Assert.NotEqual(0UL, Statistic(guest.Vm, "Resident memory"));
    }

    // Real mode: the handler of NMI counts at 0:3000h.
    private ClientGuest NmiGuest(params byte[] code)
    {
        ClientGuest guest = new(Factory, code);
        guest.Vm.Write(NmiVector * 4, [0x00, 0x20, 0x00, 0x00]);
        guest.Vm.Write((long)NmiHandler, [0xFE, 0x06, 0x00, 0x30, Iret]); // inc byte [3000h]; iret
        return guest;
    }

    private static (int Error, ulong First, ulong Second) Set(VmHandle vm, int first, int second)
    {
        int* numbers = stackalloc int[] { first, second };
        ulong* values = stackalloc ulong[2];
        vm_register_set set = new() { count = 2, regnums = numbers, regvals = values };
        int error = vm.Ioctl(VmCommandWords.VM_GET_REGISTER_SET, &set);
        return (error, values[0], values[1]);
    }

    private static ulong Register(VmHandle vm, int number)
    {
        vm_register register = new() { regnum = number };
        Assert.Equal(0, vm.Ioctl(VmCommandWords.VM_GET_REGISTER, &register));
        return register.regval;
    }

    // The statistics are read through a relaxed handle, which throws nobody out.
    private static bool IsThrownOutBy(VmHandle vm, VmHandle relaxed)
    {
        ulong before = Statistic(relaxed, IdleRequests);
        Register(vm, vm_reg_name.VM_REG_GUEST_RAX);
        return Statistic(relaxed, IdleRequests) != before;
    }

    private static ulong Statistic(VmHandle vm, string description)
    {
        vm_stat_desc text = default;
        for (int index = 0; vm.Ioctl(VmCommandWords.VM_STAT_DESC, &text) == 0; text.index = ++index)
        {
            if (Encoding.ASCII.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text.desc)) == description)
            {
                vm_stats stats = new() { index = text.index };
                Assert.Equal(0, vm.Ioctl(VmCommandWords.VM_STATS, &stats));
                return stats.statbuf[0];
            }
        }

        throw new InvalidOperationException(description);
    }
}
