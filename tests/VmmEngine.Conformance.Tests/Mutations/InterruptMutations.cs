using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.Tests.Mutations.MutationTable;

namespace VmmEngine.Conformance.Tests.Mutations;

/// <summary>Mistakes with interrupts and their controllers.</summary>
internal static unsafe class InterruptMutations
{
    public static IReadOnlyList<Mutation> All { get; } =
    [
        Answers("vectors below 16 succeed", "VM_LAPIC_IRQ/bad-vector-is-EINVAL", VM_LAPIC_IRQ, EINVAL, 0),
        Answers("unknown local pins succeed", "VM_LAPIC_LOCAL_IRQ/no-such-pin-is-EINVAL", VM_LAPIC_LOCAL_IRQ, EINVAL, 0),
        Answers("messages to other addresses succeed", "VM_LAPIC_MSI/bad-address-is-EINVAL", VM_LAPIC_MSI, EINVAL, 0),
        Answers("pin 32 succeeds", "VM_IOAPIC_ASSERT_IRQ/no-such-pin-is-EINVAL", VM_IOAPIC_ASSERT_IRQ, EINVAL, 0),
        Answers("line 16 answers ENOENT", "VM_ISA_ASSERT_IRQ/no-such-line-is-EINVAL", VM_ISA_ASSERT_IRQ, EINVAL, ENOENT),
        Answers("the timer's line is level triggered", "VM_ISA_SET_IRQ_TRIGGER/fixed-lines-to-level-is-EINVAL", VM_ISA_SET_IRQ_TRIGGER, EINVAL, 0),
        After("the IO-APIC has 24 pins", "VM_IOAPIC_PINCOUNT/is-32", VM_IOAPIC_PINCOUNT, pins => *(int*)pins = 24),
        After("an x2APIC state is never seen", "VM_SET_X2APIC_STATE/what-is-set-is-got", VM_GET_X2APIC_STATE, state => ((int*)state)[1] = 0),
        Drops("an interrupt to a local APIC is lost", "VM_LAPIC_IRQ/is-delivered", VM_LAPIC_IRQ),
        Drops("a local pin is not pulled", "VM_LAPIC_LOCAL_IRQ/the-timers-entry", VM_LAPIC_LOCAL_IRQ),
        Drops("a pulse of a pin is lost", "VM_IOAPIC_PULSE_IRQ/is-delivered", VM_IOAPIC_PULSE_IRQ),
        Drops("a pin stays asserted", "VM_IOAPIC_ASSERT_IRQ/counts", VM_IOAPIC_DEASSERT_IRQ),
        Drops("a pulse of a line is lost", "VM_ISA_PULSE_IRQ/the-PIC-interrupts", VM_ISA_PULSE_IRQ),
        Drops("a trigger is not set", "VM_ISA_SET_IRQ_TRIGGER/shows-in-ELCR", VM_ISA_SET_IRQ_TRIGGER),
        new("a line has no pin", "VM_ISA_ASSERT_IRQ/also-the-IO-APIC", (right, descriptor, word, argument) =>
        {
            if (word == VM_ISA_ASSERT_IRQ.Word)
            {
                ((int*)argument)[1] = -1;
            }

            return right.Ioctl(descriptor, word, argument);
        }),
        new("the address comes before the message", "VM_LAPIC_MSI/the-message-comes-before-the-address", (right, descriptor, word, argument) =>
        {
            if (word == VM_LAPIC_MSI.Word)
            {
                ulong* fields = (ulong*)argument;
                (fields[0], fields[1]) = (fields[1], fields[0]);
            }

            return right.Ioctl(descriptor, word, argument);
        }),
    ];
}
