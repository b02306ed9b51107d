using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using VmmEngine.Tables;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

/// <summary>Commands whose handlers are still to come. The list is accepted by hand, so that none is forgotten or added unnoticed.</summary>
public unsafe class NotYetTests
{
    private static readonly string[] Accepted =
    [
        "VM_SET_X2APIC_STATE",
        "VM_GET_KERNEMU_DEV",
        "VM_SET_KERNEMU_DEV",
        "VM_LAPIC_IRQ",
        "VM_GET_X2APIC_STATE",
        "VM_LAPIC_LOCAL_IRQ",
        "VM_LAPIC_MSI",
        "VM_IOAPIC_ASSERT_IRQ",
        "VM_IOAPIC_DEASSERT_IRQ",
        "VM_IOAPIC_PULSE_IRQ",
        "VM_ISA_ASSERT_IRQ",
        "VM_ISA_DEASSERT_IRQ",
        "VM_ISA_PULSE_IRQ",
        "VM_ISA_SET_IRQ_TRIGGER",
        "VM_GET_HPET_CAPABILITIES",
    ];

    private readonly OneVm _one = new(new FreeBsdHostOptions { Enabled = (Option)(-1) });

    [Fact]
    public void TheListIsTheAcceptedOne()
    {
        Assert.Equal(Accepted, VmCommandTable.Rows.Where(row => row.NotYet).Select(row => row.Name));
        Assert.DoesNotContain(ControlCommandTable.Rows, row => row.NotYet);
    }

    [Fact]
    public void EachAnswersThatItIsNotThereOnceItsPreconditionsHold()
    {
        byte[] bytes = new byte[8192]; // vCPU 0 where there is one
        fixed (byte* argument = bytes)
        {
            foreach (CommandRow row in VmCommandTable.Rows.Where(row => row.NotYet))
            {
                Assert.True(_one.Vm.Ioctl(row.Value!.Value, argument) == Errno.ENOSYS, row.Name);
                HostAssert.NothingHeld(_one.Vm);
            }
        }

        Assert.All(bytes, value => Assert.Equal(0, value));
    }
}
