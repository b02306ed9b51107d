using System.Numerics;
using System.Runtime.CompilerServices;
using VmmEngine.Abi.Kvm;
using VmmEngine.Platform;

namespace VmmEngine.Kvm;

/// <summary>A vCPU's local APIC in the kernel, as its page of registers. The vCPU's holder.</summary>
internal static unsafe class KvmLocalApic
{
    private const uint Id = 0x20;
    private const uint EndOfInterrupt = 0xB0;
    private const uint Spurious = 0xF0;
    private const uint InService = 0x100;
    private const uint Request = 0x200;
    private const uint InitialCount = 0x380;
    private const uint CurrentCount = 0x390;
    private const uint TimerModes = 3 << 17;
    private const uint SoftwareEnabled = 1 << 8;
    private const uint Masked = 1 << 16;
    private const int FirstVector = 16;
    private const int DestinationShift = 12;
    private const int Words = 8;
    private const ulong X2ApicMode = 1 << 10;
    private const ulong Enabled = 1 << 11;

    private static ReadOnlySpan<ushort> LocalVectors => [0x350, 0x360, 0x320, 0x370, 0x340, 0x330, 0x2F0];

    /// <summary>How many entries a local vector table has.</summary>
    public static int LocalVectorCount => LocalVectors.Length;

    /// <summary>Reads a register.</summary>
    public static uint Read(KvmVcpuState* state, uint offset)
    {
        kvm_lapic_state page;
        bool there = offset < kvm_lapic_state.KVM_APIC_REG_SIZE && (offset & 0xC) == 0;
        return there && TryGet(state, &page) ? Register(&page, offset & ~3u) >> (int)(8 * (offset & 3)) : 0;
    }

    /// <summary>Writes a register. Commands to other processors are kept and not sent: their sender is not running.</summary>
    /// <returns>False for a write that is not of four bytes at a multiple of 16.</returns>
    public static bool Write(KvmVcpuState* state, Irqchip irqchip, uint offset, int size, uint value)
    {
        if (size != 4 || (offset & 0xF) != 0)
        {
            return false;
        }

        // Loading the page drops an interrupt of the timer that has not arrived in it.
        KvmSettling.Settle(state, irqchip);
        kvm_lapic_state page;
        if (offset < kvm_lapic_state.KVM_APIC_REG_SIZE && TryGet(state, &page))
        {
            if (offset == EndOfInterrupt)
            {
                ClearHighest(&page);
            }
            else if (offset is not (>= InService and < Request + (Words * 16)))
            {
                Register(&page, offset) = value;
            }

            if (offset == InitialCount)
            {
                Register(&page, CurrentCount) = value; // where the timer begins
            }
            else
            {
                StopFiredTimer(&page);
            }

            _ = LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_SET_LAPIC, &page);
        }

        return true;
    }

    /// <summary>Triggers the entries of the local vector table that others have asked for.</summary>
    /// <param name="state">The vCPU.</param>
    /// <param name="sources">A bit for each <see cref="LocalVector"/>.</param>
    public static void Raise(KvmVcpuState* state, uint sources)
    {
        kvm_lapic_state page;
        if (!TryGet(state, &page))
        {
            return;
        }

        bool enabled = (Register(&page, Spurious) & SoftwareEnabled) != 0;
        for (; sources != 0; sources &= sources - 1)
        {
            int source = BitOperations.TrailingZeroCount(sources);
            uint entry = enabled ? Register(&page, LocalVectors[source])
                : source == (int)LocalVector.Lint1 ? (uint)DeliveryMode.Nmi << 8
                : Masked;
            Trigger(state, Register(&page, Id) >> 24, (LocalVector)source, entry);
        }
    }

    /// <summary>The guest has switched it on, in both of the places where that is said.</summary>
    public static bool IsEnabled(KvmVcpuState* state)
    {
        kvm_sregs system;
        kvm_lapic_state page;
        return LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_GET_SREGS, &system) == 0
            && (system.apic_base & Enabled) != 0
            && TryGet(state, &page)
            && (Register(&page, Spurious) & SoftwareEnabled) != 0;
    }

    /// <summary>Shows the guest x2APIC mode and switches to it, or the reverse of both.</summary>
    public static bool TrySetX2Apic(KvmVcpuState* state, int id, bool enabled, KvmCpuid cpuid)
    {
        kvm_sregs registers;
        if (!cpuid.TryApply(state->Descriptor, id, enabled) || LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_GET_SREGS, &registers) != 0)
        {
            return false;
        }

        state->OffersX2Apic = enabled ? 1u : 0;
        registers.apic_base = enabled ? registers.apic_base | X2ApicMode | Enabled : registers.apic_base & ~X2ApicMode;
        return LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_SET_SREGS, &registers) == 0;
    }

    /// <summary>The time-stamp at which the timer fires; 0 if it waits for none.</summary>
    public static ulong DeadlineOf(KvmVcpuState* state)
    {
        MsrList timer = new();
        timer.Add(Msr.TscDeadline);
        return timer.TryGet(state->Descriptor) ? timer[0] : 0;
    }

    /// <summary>Sets the time-stamp at which the timer fires; KVM ignores it in the timer's other modes.</summary>
    public static bool TrySetDeadline(KvmVcpuState* state, ulong deadline)
    {
        MsrList timer = new();
        timer.Add(Msr.TscDeadline, deadline);
        return timer.TrySet(state->Descriptor);
    }

    /// <summary>Loading a page starts its timer: one that has fired its only shot is stopped, or it would fire once more.</summary>
    public static void StopFiredTimer(kvm_lapic_state* page)
    {
        if (HasFired(page))
        {
            Register(page, InitialCount) = 0;
        }
    }

    /// <summary>The timer has fired its only shot; whether its interrupt has been requested, the page does not say.</summary>
    public static bool HasFired(kvm_lapic_state* page) =>
        (Register(page, LocalVectors[(int)LocalVector.Timer]) & TimerModes) == 0 && Register(page, InitialCount) != 0 && Register(page, CurrentCount) == 0;

    /// <summary>Reads the page.</summary>
    public static bool TryGet(KvmVcpuState* state, kvm_lapic_state* page) => LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_GET_LAPIC, page) == 0;

    // The 8259s' output is the kernel's own business, so that mode has nothing to do here.
    private static void Trigger(KvmVcpuState* state, uint id, LocalVector source, uint entry)
    {
        if ((entry & Masked) != 0)
        {
            return;
        }

        bool hasMode = source is not (LocalVector.Timer or LocalVector.Error);
        switch (hasMode ? (DeliveryMode)((entry >> 8) & 7) : DeliveryMode.Fixed)
        {
            case DeliveryMode.Nmi:
                _ = LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_NMI);
                break;

            case DeliveryMode.Fixed when (entry & 0xFF) >= FirstVector:
                // A message to the vCPU alone. Its whole page would do too, but writing that starts the timer again, also one that has fired.
                kvm_msi message = new() { address_lo = (uint)LocalApic.Page | (id << DestinationShift), data = entry & 0xFF };
                _ = LibC.Ioctl(state->Vm, KvmVmWords.KVM_SIGNAL_MSI, &message);
                break;
        }
    }

    private static void ClearHighest(kvm_lapic_state* page)
    {
        for (uint word = Words; word-- > 0;)
        {
            ref uint bits = ref Register(page, InService + (word << 4));
            if (bits != 0)
            {
                bits &= ~(1u << BitOperations.Log2(bits));
                return;
            }
        }
    }

    private static ref uint Register(kvm_lapic_state* page, uint offset) => ref Unsafe.As<byte, uint>(ref page->regs[offset]);
}
