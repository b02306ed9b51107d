using Iced.Intel;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using VmmEngine.Tests.Client;
using VmmEngine.Tests.Shared;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Kvm.Tests;

/// <summary>
/// A timer of the kernel's local APIC that fires while its vCPU is outside of the guest: KVM keeps the interrupt to itself until the next entry, and its page of
/// registers only says that the time is over.
/// </summary>
public sealed unsafe class SettlingTests
{
    private const ulong Page = 0xFEE0_0000;
    private const uint CurrentCount = 0x390;
    private const uint InitialCount = 0x380;
    private const uint TaskPriority = 0x80;
    private const uint OneShot = 0x41;
    private const uint Periodic = (1 << 17) | 0x41;
    private const int Requested = 1 << 1; // vector 41h's bit of the word for vectors from 40h on
    private const int Answer = 0x5000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [KvmTheory]
    [InlineData(OneShot, 50_000)]
    [InlineData(Periodic, 500_000_000)] // the next interrupt is half a second away then
    public void ATimerThatFiresOutsideOfTheGuestHasItsInterruptAfterAMove(uint entry, int nanoseconds)
    {
        using ClientGuest guest = TimerGuest(entry, nanoseconds);
        AwaitTimer(guest, entry);
        using ClientGuest other = TimerGuest(entry, nanoseconds);
        foreach (int part in new[] { snapshot_req.STRUCT_VMCX, snapshot_req.STRUCT_VM, snapshot_req.STRUCT_VLAPIC })
        {
            Assert.Equal(0, other.RestorePart(part, guest.SavePart(part)));
        }

        Assert.Equal(Requested, RequestsOf(other) & Requested);
        Assert.Equal(Requested, RequestsOf(guest) & Requested); // saving takes nothing away
    }

    [KvmFact]
    public void ARegisterThatAClientWritesNeitherLosesTheInterruptNorRepeatsIt()
    {
        using ClientGuest guest = TimerGuest(OneShot);
        AwaitTimer(guest, OneShot);
        Write(guest, TaskPriority, 0x20);
        Assert.Equal(0x20u, Read(guest, TaskPriority));
        Assert.Equal(Requested, RequestsOf(guest) & Requested);

        // Loading its page starts a timer: one that has fired is stopped instead.
        Write(guest, TaskPriority, 0);
        Assert.Equal(0u, Read(guest, CurrentCount));
        Assert.Equal(0u, Read(guest, InitialCount));
    }

    [KvmFact]
    public void AnInitialCountThatAClientWritesIsWhereTheTimerBegins()
    {
        using ClientGuest guest = TimerGuest(OneShot);
        AwaitTimer(guest, OneShot);
        Write(guest, InitialCount, uint.MaxValue);
        Assert.InRange(Read(guest, CurrentCount), uint.MaxValue / 2, uint.MaxValue);
    }

    [KvmFact]
    public void SettlingLeavesRegistersAndWhatIsPendingAsTheyAre()
    {
        using ClientGuest guest = TimerGuest(OneShot);
        AwaitTimer(guest, OneShot);
        guest.Check(VmCommandWords.VM_SET_INTINFO, new vm_intinfo { info1 = vm_intinfo.VM_INTINFO_VALID | 0x55 });
        const ulong flags = 0x246; // interrupts are enabled
        guest.Set(vm_reg_name.VM_REG_GUEST_RFLAGS, flags);
        guest.Set(vm_reg_name.VM_REG_GUEST_RBX, 0x1234_5678);
        ulong rip = guest.Get(vm_reg_name.VM_REG_GUEST_RIP);
        guest.SavePart(snapshot_req.STRUCT_VIOAPIC);

        Assert.Equal((flags, 0x1234_5678UL, rip), (guest.Get(vm_reg_name.VM_REG_GUEST_RFLAGS), guest.Get(vm_reg_name.VM_REG_GUEST_RBX), guest.Get(vm_reg_name.VM_REG_GUEST_RIP)));
        vm_intinfo pending = default;
        Assert.Equal(0, guest.Command(VmCommandWords.VM_GET_INTINFO, ref pending));
        Assert.Equal(vm_intinfo.VM_INTINFO_VALID | 0x55, pending.info1);
    }

    // Starts the timer, comes out, and says then which vectors are requested. Interrupts stay disabled.
    private static ClientGuest TimerGuest(uint entry, int nanoseconds = 50_000)
    {
        ClientGuest guest = ClientModes.Protected(new KvmBackendFactory(), c =>
        {
            c.mov(__dword_ptr[(uint)Page + 0xF0], 0x1FF);
            c.mov(__dword_ptr[(uint)Page + 0x3E0], 0xB);
            c.mov(__dword_ptr[(uint)Page + 0x320], (int)entry);
            c.mov(__dword_ptr[(uint)Page + InitialCount], nanoseconds);
            c.@out(0x10, al);
            c.mov(eax, __dword_ptr[(uint)Page + 0x220]);
            c.mov(__dword_ptr[Answer], eax);
            c.@out(0x11, al);
        });
        return guest;
    }

    // A one-shot timer's count stays 0; a periodic one's begins again, so it is seen to grow.
    private static void AwaitTimer(ClientGuest guest, uint entry)
    {
        Assert.Equal(0x10, guest.Run().u.inout.port);
        uint last = uint.MaxValue;
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                uint count = Read(guest, CurrentCount);
                bool fired = entry == OneShot ? count == 0 : count > last;
                last = count;
                return fired;
            },
            Patience));
    }

    private static int RequestsOf(ClientGuest guest)
    {
        Assert.Equal(0x11, guest.Run().u.inout.port);
        return BitConverter.ToInt32(guest.Memory(Answer, sizeof(int)));
    }

    private static uint Read(ClientGuest guest, uint register)
    {
        vm_readwrite_kernemu_device access = new() { access_width = 2, gpa = Page + register };
        Assert.Equal(0, guest.Command(VmCommandWords.VM_GET_KERNEMU_DEV, ref access));
        return (uint)access.value;
    }

    private static void Write(ClientGuest guest, uint register, uint value) =>
        guest.Check(VmCommandWords.VM_SET_KERNEMU_DEV, new vm_readwrite_kernemu_device { access_width = 2, gpa = Page + register, value = value });
}
