using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.Client;

/// <summary>Events that a client hands to a real back end, and what the guest makes of them: the same on each. Real mode; each vector's handler says its number.</summary>
public abstract unsafe class EventClientTests
{
    private const ulong Valid = vm_intinfo.VM_INTINFO_VALID;
    private const ulong External = Valid | vm_intinfo.VM_INTINFO_HWINTR;
    private const ulong Exception = Valid | vm_intinfo.VM_INTINFO_HWEXCEPTION;
    private const int HandlerPort = 0x77;
    private const ulong Handlers = 0x2000;
    private const int HandlerLength = 8;

    protected abstract BackendFactory Factory { get; }

    [BackendFact]
    public void AnEventIsDeliveredAtTheNextRunWhateverTheInterruptFlagSays()
    {
        using ClientGuest guest = Guest();
        foreach (ulong word in new[] { External | 0x30, Valid | vm_intinfo.VM_INTINFO_NMI | 2, Exception | 6, Valid | vm_intinfo.VM_INTINFO_SWINTR | 0x40, Exception | 8 })
        {
            guest.Check(VmCommandWords.VM_SET_INTINFO, new vm_intinfo { info1 = word });
            Assert.Equal((word, 0UL), Get(guest));
            Assert.Equal((int)(word & 0xFF), TakenVector(guest));
            Assert.Equal((0UL, 0UL), Get(guest));
            Assert.Equal(0x10, guest.Run().u.inout.port); // and back to the program
        }
    }

    [BackendFact]
    public void AnExceptionInTheMiddleOfADeliveryIsADoubleFault()
    {
        using ClientGuest guest = Guest();
        guest.Check(VmCommandWords.VM_SET_INTINFO, new vm_intinfo { info1 = Exception | 14 });
        guest.Check(VmCommandWords.VM_INJECT_EXCEPTION, new vm_exception { vector = 13 });
        Assert.Equal(8, TakenVector(guest));
    }

    [BackendFact]
    public void ABenignPairLeavesTheSecond()
    {
        using ClientGuest guest = Guest();
        guest.Check(VmCommandWords.VM_SET_INTINFO, new vm_intinfo { info1 = External | 0x30 });
        guest.Check(VmCommandWords.VM_INJECT_EXCEPTION, new vm_exception { vector = 13 });
        Assert.Equal(13, TakenVector(guest));
    }

    [BackendFact]
    public void AnExceptionInADoubleFaultSuspendsTheGuest()
    {
        using ClientGuest guest = Guest();
        guest.Check(VmCommandWords.VM_SET_INTINFO, new vm_intinfo { info1 = Exception | 8 });
        guest.Check(VmCommandWords.VM_INJECT_EXCEPTION, new vm_exception { vector = 6 });
        vm_exit exit = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_SUSPENDED, vm_suspend_how.VM_SUSPEND_TRIPLEFAULT), (exit.exitcode, exit.u.suspended.how));
    }

    [BackendFact]
    public void AnInjectedPageFaultLeavesItsAddressAlone()
    {
        using ClientGuest guest = Guest();
        guest.Set(vm_reg_name.VM_REG_GUEST_CR2, 0x1234_5000);
        guest.Check(VmCommandWords.VM_INJECT_EXCEPTION, new vm_exception { vector = 14, error_code_valid = 1, error_code = 2 });
        Assert.Equal(14, TakenVector(guest));
        Assert.Equal(0x1234_5000UL, guest.Get(vm_reg_name.VM_REG_GUEST_CR2));
    }

    [BackendFact]
    public void SeveralNmisAreOne()
    {
        using ClientGuest guest = Guest();
        guest.Check(VmCommandWords.VM_INJECT_NMI, default(vm_nmi));
        guest.Check(VmCommandWords.VM_INJECT_NMI, default(vm_nmi));
        Assert.Equal(2, TakenVector(guest));
        Assert.Equal(0x10, guest.Run().u.inout.port);
        Assert.Equal(0x10, guest.Run().u.inout.port);
    }

    [BackendFact]
    public void AnExceptionCanTakeTheLastExitsInstructionBack()
    {
        using ClientGuest guest = Guest();
        Assert.Equal(0x10, guest.Run().u.inout.port);
        guest.Check(VmCommandWords.VM_INJECT_EXCEPTION, new vm_exception { vector = 13, restart_instruction = 1 });
        Assert.Equal(13, TakenVector(guest));
        vm_exit exit = guest.Run();
        Assert.Equal((0x10, ClientGuest.Start), (exit.u.inout.port, exit.rip)); // the handler returned to it

        guest.Check(VmCommandWords.VM_INJECT_EXCEPTION, new vm_exception { vector = 13 });
        Assert.Equal(13, TakenVector(guest));
        Assert.Equal(ClientGuest.Start + 2, guest.Run().rip); // behind it
    }

    private ClientGuest Guest()
    {
        ClientGuest guest = new(Factory, 0xE6, 0x10, 0xE6, 0x10, 0xEB, 0xFA); // out 10h,al, twice; jmp back
        for (int vector = 0; vector < 256; vector++)
        {
            ulong handler = Handlers + (ulong)(vector * HandlerLength);
            guest.Vm.Write(vector * 4, BitConverter.GetBytes((uint)handler));
            guest.Vm.Write((long)handler, [0x50, 0xB0, (byte)vector, 0xE6, HandlerPort, 0x58, 0xCF]); // push ax; mov al,n; out; pop ax; iret
        }

        return guest;
    }

    private static int TakenVector(ClientGuest guest)
    {
        vm_exit exit = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_INOUT, HandlerPort), (exit.exitcode, exit.u.inout.port));
        return (int)(exit.u.inout.eax & 0xFF);
    }

    private static (ulong Event, ulong Exception) Get(ClientGuest guest)
    {
        vm_intinfo argument = default;
        Assert.Equal(0, guest.Command(VmCommandWords.VM_GET_INTINFO, ref argument));
        return (argument.info1, argument.info2);
    }
}
