using System.Runtime.InteropServices;
using VmmEngine.Abi.Kvm;

namespace VmmEngine.Kvm;

/// <summary>The kernel's 8259s, IO-APIC and interval timer as state that is read and written whole.</summary>
/// <remarks>A change of one register is a read and a write of the chip: what happens to it in between is lost, so clients set up chips before guests run.</remarks>
internal sealed unsafe class KvmChips : IDisposable
{
    private const uint Select = 0x00;
    private const uint Window = 0x10;
    private const uint Id = 0;
    private const uint Version = 1;
    private const uint FirstRedirection = 0x10;
    private const uint VersionValue = 0x11 | ((kvm_ioapic_state.KVM_IOAPIC_NUM_PINS - 1) << 16);
    private const ulong WritableRedirection = 0xFF00_0000_0001_AFFF;
    private const int Chips = 3;

    private readonly int _vm;
    private readonly kvm_irqchip* _initial;
    private readonly kvm_pit_state2* _initialTimer;
    private readonly Lock _lock = new();

    /// <summary>Takes the state after creation, for resets.</summary>
    public KvmChips(int vm)
    {
        _vm = vm;
        _initial = (kvm_irqchip*)NativeMemory.AllocZeroed(Chips, (nuint)sizeof(kvm_irqchip));
        _initialTimer = (kvm_pit_state2*)NativeMemory.AllocZeroed((nuint)sizeof(kvm_pit_state2));
        for (uint chip = 0; chip < Chips; chip++)
        {
            _initial[chip].chip_id = chip;
            _ = LibC.Ioctl(vm, KvmVmWords.KVM_GET_IRQCHIP, _initial + chip);
        }

        _ = LibC.Ioctl(vm, KvmVmWords.KVM_GET_PIT2, _initialTimer);
    }

    /// <summary>The state after creation.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            for (uint chip = 0; chip < Chips; chip++)
            {
                _ = LibC.Ioctl(_vm, KvmVmWords.KVM_SET_IRQCHIP, _initial + chip);
            }

            _ = LibC.Ioctl(_vm, KvmVmWords.KVM_SET_PIT2, _initialTimer);
        }
    }

    /// <summary>Makes a line of the 8259s level triggered, or not.</summary>
    public void SetTrigger(int line, bool isLevel)
    {
        lock (_lock)
        {
            kvm_irqchip state = new() { chip_id = line < 8 ? kvm_irqchip.KVM_IRQCHIP_PIC_MASTER : kvm_irqchip.KVM_IRQCHIP_PIC_SLAVE };
            if (LibC.Ioctl(_vm, KvmVmWords.KVM_GET_IRQCHIP, &state) == 0)
            {
                int bit = 1 << (line % 8);
                ref byte levels = ref state.chip.pic.elcr;
                levels = (byte)(isLevel ? levels | bit : levels & ~bit);
                _ = LibC.Ioctl(_vm, KvmVmWords.KVM_SET_IRQCHIP, &state);
            }
        }
    }

    /// <summary>A read of the IO-APIC's page.</summary>
    public ulong ReadIoApic(ulong offset, int size)
    {
        kvm_irqchip state = new() { chip_id = kvm_irqchip.KVM_IRQCHIP_IOAPIC };
        if (size != 4 || LibC.Ioctl(_vm, KvmVmWords.KVM_GET_IRQCHIP, &state) != 0)
        {
            return 0;
        }

        ref kvm_ioapic_state chip = ref state.chip.ioapic;
        return offset switch
        {
            Select => chip.ioregsel,
            Window => ReadRegister(in chip),
            _ => 0,
        };
    }

    /// <summary>A write of the IO-APIC's page.</summary>
    public void WriteIoApic(ulong offset, int size, ulong value)
    {
        if (size != 4 || offset is not (Select or Window))
        {
            return;
        }

        lock (_lock)
        {
            kvm_irqchip state = new() { chip_id = kvm_irqchip.KVM_IRQCHIP_IOAPIC };
            if (LibC.Ioctl(_vm, KvmVmWords.KVM_GET_IRQCHIP, &state) != 0)
            {
                return;
            }

            ref kvm_ioapic_state chip = ref state.chip.ioapic;
            if (offset == Select)
            {
                chip.ioregsel = (byte)value;
            }
            else
            {
                WriteRegister(ref chip, (uint)value);
            }

            _ = LibC.Ioctl(_vm, KvmVmWords.KVM_SET_IRQCHIP, &state);
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_initial);
        NativeMemory.Free(_initialTimer);
    }

    private static uint ReadRegister(in kvm_ioapic_state chip)
    {
        uint register = chip.ioregsel;
        return register switch
        {
            Id => chip.id << 24,
            Version => VersionValue,
            >= FirstRedirection and < FirstRedirection + (2 * kvm_ioapic_state.KVM_IOAPIC_NUM_PINS) =>
                (uint)(chip.redirtbl[(register - FirstRedirection) / 2] >> (32 * (int)(register & 1))),
            _ => 0,
        };
    }

    private static void WriteRegister(ref kvm_ioapic_state chip, uint value)
    {
        uint register = chip.ioregsel;
        if (register == Id)
        {
            chip.id = (value >> 24) & 0xF;
        }
        else if (register - FirstRedirection < 2 * kvm_ioapic_state.KVM_IOAPIC_NUM_PINS)
        {
            ref ulong entry = ref chip.redirtbl[(register - FirstRedirection) / 2];
            ulong written = (register & 1) == 0 ? (entry & 0xFFFF_FFFF_0000_0000) | value : (uint)entry | ((ulong)value << 32);
            entry = (written & WritableRedirection) | (entry & ~WritableRedirection);
        }
    }
}
