using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using VmmEngine.Tests.Client;
using Xunit;

namespace VmmEngine.SoftX86.Tests.SystemInstructions;

/// <summary>A guest's own way to its local APIC, by MSRs: real mode, a handler for vector 0x40 that writes to port 0x99, one for #GP that writes to 0xDD.</summary>
public sealed unsafe class ApicMsrTests
{
    private const byte Vector = 0x40;

    [Fact]
    public void AGuestInX2ApicModeInterruptsItself()
    {
        using ClientGuest guest = Guest(
            [
                .. WriteMsr(0x1B, 0xFEE0_0D00), // as it is: boot processor, x2APIC, on
                .. WriteMsr(0x80F, 0x1FF), // spurious vector, and enabled
                .. WriteMsr(0x83F, Vector), // to itself
                0xFB, 0xF4, // sti; hlt
            ]);

        vm_exit exit = guest.Run();

        Assert.Equal((vm_exitcode.VM_EXITCODE_INOUT, (ushort)0x99), (exit.exitcode, exit.u.inout.port));
    }

    [Theory]
    [InlineData(0xFEE0_0D01u)] // a reserved bit
    [InlineData(0xFEC0_0D00u)] // another page
    [InlineData(0xFEE0_0900u)] // from x2APIC mode straight back to the other
    public void ABaseThatCannotBeIsAProtectionFault(uint value)
    {
        using ClientGuest guest = Guest(WriteMsr(0x1B, value));

        Assert.Equal((ushort)0xDD, guest.Run().u.inout.port);
    }

    private static ClientGuest Guest(byte[] code)
    {
        ClientGuest guest = new(new SoftBackendFactory(new SoftOptions()), code);
        guest.Check(VmCommandWords.VM_SET_X2APIC_STATE, new vm_x2apic { state = vm_x2apic.X2APIC_ENABLED });
        Assert.Equal(0, guest.Vm.Write(Vector * 4, [0x00, 0x20, 0x00, 0x00]));
        Assert.Equal(0, guest.Vm.Write(0x2000, [0xE6, 0x99]));
        Assert.Equal(0, guest.Vm.Write(13 * 4, [0x00, 0x21, 0x00, 0x00]));
        Assert.Equal(0, guest.Vm.Write(0x2100, [0xE6, 0xDD]));
        return guest;
    }

    // mov ecx, number; mov eax, value; xor edx, edx; wrmsr
    private static byte[] WriteMsr(uint number, uint value) =>
        [0x66, 0xB9, .. BitConverter.GetBytes(number), 0x66, 0xB8, .. BitConverter.GetBytes(value), 0x66, 0x31, 0xD2, 0x0F, 0x30];
}
