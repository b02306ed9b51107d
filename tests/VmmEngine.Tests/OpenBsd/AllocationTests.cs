using VmmEngine.Abi.OpenBsd;
using VmmEngine.Devices;
using VmmEngine.OpenBsd;
using VmmEngine.OpenBsd.Baseline;
using VmmEngine.OpenBsd.Newer;
using Xunit;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>
/// Commands allocate no managed memory, whatever they answer. The one exception is a CREATE that gets as far as making a VM.
/// </summary>
public sealed unsafe class AllocationTests
{
    private const int Rounds = 50;

    public static TheoryData<uint, bool> Rows
    {
        get
        {
            TheoryData<uint, bool> rows = [];
            foreach (uint command in Words.All.Except([BaselineCommandWords.VMM_IOC_CREATE, NewerCommandWords.VMM_IOC_CREATE]))
            {
                rows.Add(command, true);
                rows.Add(command, false);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void ARowAllocatesNothing(uint command, bool throughCaller)
    {
        Client client = new(new OpenBsdOptions { Revisions = Revisions.Both });
        uint id = client.Create();
        using DeviceCaller caller = client.Handle.CreateCaller();
        vm_info_result* records = stackalloc vm_info_result[1];
        byte* argument = stackalloc byte[4096];
        new Span<byte>(argument, 4096).Clear();
        if (command == BaselineCommandWords.VMM_IOC_INFO)
        {
            *(vm_info_params*)argument = new() { vip_size = (ulong)sizeof(vm_info_result), vip_info = records };
        }
        else
        {
            *(uint*)argument = command == BaselineCommandWords.VMM_IOC_TERM ? id + 1 : id;
        }

        int error = 0;
        nuint address = (nuint)argument; // of this method's stack, which outlasts the calls
        long allocated = Measure(() => error = throughCaller
            ? caller.Ioctl(command, (void*)address)
            : client.Handle.Ioctl(command, (void*)address));

        Assert.Equal(0, allocated);
        int expected = command switch
        {
            BaselineCommandWords.VMM_IOC_INFO or BaselineCommandWords.VMM_IOC_INTR => 0,
            BaselineCommandWords.VMM_IOC_READVMPARAMS or BaselineCommandWords.VMM_IOC_WRITEVMPARAMS => 0,
            BaselineCommandWords.VMM_IOC_SHAREMEM or NewerCommandWords.VMM_IOC_SHAREMEM => 0,
            BaselineCommandWords.VMM_IOC_MPROTECT_EPT => Errno.EINVAL,
            BaselineCommandWords.VMM_IOC_TERM => Errno.ENOENT,
            _ => Errno.EIO, // no back end
        };
        Assert.Equal(expected, error);
    }

    [Fact]
    public void ARefusalAllocatesNothing()
    {
        Client client = new();
        Client filtered = new(client.Host, new Credential { Pledge = Promises.Error });
        var create = Client.Creation();
        create.vcp_ncpus = 2;

        Assert.Equal(0, Measure(() => client.Handle.Ioctl(0x1234_5678, null)));
        Assert.Equal(0, Measure(() => client.Handle.Ioctl(BaselineCommandWords.VMM_IOC_INFO, null)));
        Assert.Equal(0, Measure(() => filtered.Terminate(1)));
        Assert.Equal(0, Measure(() => client.Create(ref create)));
    }

    [Fact]
    public void ATerminationAllocatesNothing()
    {
        Client client = new(new OpenBsdOptions { Revisions = Revisions.Both, CloseTerminatesVms = true });
        uint id = 0;
        long allocated = Allocations.Of(
            () =>
            {
                for (int i = 0; i < 2 * Rounds; i++)
                {
                    client.CreateNewer();
                }

                Terminate();
                return client;
            },
            _ => Terminate());

        Assert.Equal(0, allocated);
        LockState.AssertEmpty(client.Host);

        void Terminate()
        {
            for (int i = 0; i < Rounds; i++)
            {
                client.Terminate(++id);
            }
        }
    }

    private static long Measure(Action call)
    {
        for (int i = 0; i < Rounds; i++)
        {
            call();
        }

        return Allocations.Of(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                call();
            }
        });
    }
}
