using VmmEngine.Guests.Running;
using VmmEngine.Loaders;
using VmmEngine.Memory;
using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Kvm.Tests;

/// <summary>A test that needs IRET in 32-bit protected mode, which a KVM that emulates its guests does not carry out.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KvmInterruptReturnFactAttribute : FactAttribute
{
    private static readonly string? Problem = KvmAvailability.Problem ?? Probe();

    public KvmInterruptReturnFactAttribute() => Skip = Problem;

    private static string? Probe()
    {
        byte[] code =
        [
            0xBC, 0x00, 0x80, 0x00, 0x00, // mov esp, 0x8000
            0x9C, // pushf
            0x0E, // push cs
            0xE8, 0x04, 0x00, 0x00, 0x00, // call to the iret
            0xE6, 0xF4, // out 0xF4, al
            0xEB, 0xFE, // jmp $
            0xCF, // iret
        ];
        using GuestMachine machine = new(new KvmBackendFactory());
        EntryState entry = FlatLoader.Load(code, new Gpa(0x10_0000), EntryMode.Protected, machine.Memory);
        return machine.Run(TimeSpan.FromSeconds(30), entry).End == GuestEnd.Failure
            ? "This host's KVM emulates its guests, and does not carry out IRET in 32-bit protected mode."
            : null;
    }
}
