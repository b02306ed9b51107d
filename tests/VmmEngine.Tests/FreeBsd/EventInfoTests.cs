using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using VmmEngine.Tests.FreeBsd.Running;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public unsafe class EventInfoTests
{
    private const ulong Valid = vm_intinfo.VM_INTINFO_VALID;
    private const ulong External = Valid | vm_intinfo.VM_INTINFO_HWINTR;
    private const ulong Nmi = Valid | vm_intinfo.VM_INTINFO_NMI;
    private const ulong Exception = Valid | vm_intinfo.VM_INTINFO_HWEXCEPTION;
    private const ulong Software = Valid | vm_intinfo.VM_INTINFO_SWINTR;
    private const ulong WithCode = vm_intinfo.VM_INTINFO_DEL_ERRCODE;

    private static readonly VcpuExit Out = new() { Reason = ExitReason.PortOut, Size = 1, Port = 0x99, InstructionLength = 2 };

    private readonly GuestVm _guest = new GuestVm().WithVcpu();

    [Theory]
    [InlineData(External | 0x30)]
    [InlineData(External | 0)]
    [InlineData(External | 0xFF)]
    [InlineData(Nmi | 2)]
    [InlineData(Exception | 13 | WithCode | (0xDEAD_BEEFUL << 32))]
    [InlineData(Exception | 31)]
    [InlineData(Exception | 8)]
    [InlineData(Software | 0x80)]
    public void AnEventIsKeptUntilTheNextRun(ulong word)
    {
        Assert.Equal(0, Set(word));
        Assert.Equal((word, 0UL), Get());
        _guest.Does(Out);
        _guest.Run();
        Assert.Equal((int)(word & 0xFF), _guest.Fake()->PendingException); // the fake takes no events
    }

    [Theory]
    [InlineData(Nmi | 3)]
    [InlineData(Nmi | 0)]
    [InlineData(Exception | 32)]
    [InlineData(Exception | 255)]
    [InlineData(External | 0x1000)]
    [InlineData(External | 0x4000_0000)]
    [InlineData(Valid | 0x100)] // types that there are not
    [InlineData(Valid | 0x500)]
    [InlineData(Valid | 0x600)]
    [InlineData(Valid | 0x700)]
    public void WhatIsNoEventIsRefusedAndLeavesTheOneThatIsThere(ulong word)
    {
        Assert.Equal(0, Set(External | 0x40));
        Assert.Equal(Errno.EINVAL, Set(word));
        Assert.Equal((External | 0x40, 0UL), Get());
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(0x7FFF_FFFFUL)] // nothing counts without the valid bit
    public void AnInvalidWordClearsTheEvent(ulong word)
    {
        Assert.Equal(0, Set(External | 0x40));
        Assert.Equal(0, Set(word));
        Assert.Equal((0UL, 0UL), Get());
    }

    [Fact]
    public void ThePendingExceptionIsReportedBesideIt()
    {
        _guest.Set(vm_reg_name.VM_REG_GUEST_CR0, 0x11);
        Assert.Equal(0, Inject(13, 0x18));
        Assert.Equal((0UL, Exception | 13 | WithCode | (0x18UL << 32)), Get());
        Assert.Equal(Errno.EBUSY, Inject(6));
        Assert.Equal(0, Set(External | 0x21));
        Assert.Equal((External | 0x21, Exception | 13 | WithCode | (0x18UL << 32)), Get());
    }

    [Fact]
    public void AnEventThatARunDidNotDeliverIsReportedAgain()
    {
        Assert.Equal(0, Set(External | 0x21));
        _guest.Vm.Vcpu(VmCommandWords.VM_SUSPEND_CPU, 0);
        Assert.Equal(vm_exitcode.VM_EXITCODE_DEBUG, _guest.Run().exitcode);
        Assert.Equal((External | 0x21, 0UL), Get());
        Assert.Equal(0, Set(0));
        Assert.Equal(-1, _guest.Fake()->PendingException);
    }

    // Intel SDM volume 3, table 6-5: contributory are 0 10 11 12 13, page faults 14 and 20, the rest is benign.
    [Fact]
    public void TwoExceptionsAreOneAfterTheOtherOrADoubleFault()
    {
        int[] contributory = [0, 10, 11, 12, 13];
        int[] pageFaults = [14, 20];
        for (int first = 0; first < 32; first++)
        {
            for (int second = 0; second < 32; second++)
            {
                if (first == 8 || second == 8)
                {
                    continue;
                }

                bool isDouble = (contributory.Contains(first) && contributory.Contains(second))
                    || (pageFaults.Contains(first) && (contributory.Contains(second) || pageFaults.Contains(second)));
                Assert.Equal(isDouble ? 8 : second, Combine(Exception | (uint)first, second));
            }
        }
    }

    [Theory]
    [InlineData(External | 13)]
    [InlineData(Nmi | 2)]
    [InlineData(Software | 14)]
    public void AnInterruptMakesNoDoubleFault(ulong word) => Assert.Equal(13, Combine(word, 13));

    [Fact]
    public void AnExceptionOnTopOfADoubleFaultEndsTheGuest()
    {
        Assert.Equal(0, Set(Exception | 8 | WithCode));
        Assert.Equal(0, Inject(6));
        vm_exit exit = _guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_SUSPENDED, vm_suspend_how.VM_SUSPEND_TRIPLEFAULT), (exit.exitcode, exit.u.suspended.how));
    }

    [Fact]
    public void ADoubleFaultHasAnErrorCodeOutsideRealMode()
    {
        Combine(Exception | 13, 13);
        Assert.False(_guest.Fake()->Event.HasErrorCode);
        _guest.Set(vm_reg_name.VM_REG_GUEST_CR0, 0x11);
        Combine(Exception | 13, 13);
        Assert.Equal((true, 0u), (_guest.Fake()->Event.HasErrorCode, _guest.Fake()->Event.ErrorCode));
    }

    [Fact]
    public void AResetForgetsIt()
    {
        Assert.Equal(0, Set(External | 0x21));
        Assert.Equal(0, Inject(6));
        Assert.Equal(0, _guest.Suspend());
        _guest.Run();
        Assert.Equal(0, _guest.Reinitialize());
        Assert.Equal((0UL, 0UL), Get());
    }

    private int Set(ulong word) => _guest.Vm.Ioctl(VmCommandWords.VM_SET_INTINFO, new vm_intinfo { info1 = word, info2 = ulong.MaxValue });

    private (ulong Event, ulong Exception) Get()
    {
        vm_intinfo argument = new() { info1 = ulong.MaxValue, info2 = ulong.MaxValue };
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_GET_INTINFO, ref argument));
        return (argument.info1, argument.info2);
    }

    private int Inject(int vector, uint? code = null) => _guest.Vm.Ioctl(
        VmCommandWords.VM_INJECT_EXCEPTION,
        new vm_exception { vector = vector, error_code_valid = code.HasValue ? 1 : 0, error_code = code ?? 0 });

    // The vector that the back end is given.
    private int Combine(ulong first, int second)
    {
        _guest.Fake()->HasEvent = false;
        _guest.Fake()->Scripted = 0;
        _guest.Fake()->Played = 0;
        _guest.Does(Out);
        Assert.Equal(0, Set(first));
        Assert.Equal(0, Inject(second));
        _guest.Run();
        return _guest.Fake()->PendingException;
    }
}
