using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.Tests.Mutations.MutationTable;

namespace VmmEngine.Conformance.Tests.Mutations;

/// <summary>Mistakes with what is counted, and with what is saved.</summary>
internal static unsafe class StateMutations
{
    private const int Counters = 64;
    private const int Restore = 1;

    public static IReadOnlyList<Mutation> All { get; } =
    [
        Answers("a negative index answers ENOENT", "VM_STATS/negative-index-is-EINVAL", VM_STATS, EINVAL, ENOENT),
        Answers("an index beyond the last answers EINVAL", "VM_STATS/beyond-the-last-is-ENOENT", VM_STATS, ENOENT, EINVAL),
        Answers("an unknown counter's description answers ENOENT", "VM_STAT_DESC/no-such-index-is-EINVAL", VM_STAT_DESC, EINVAL, ENOENT),
        After("pages of counters are empty", "VM_STATS/comes-in-pages", VM_STATS, page => ((int*)page)[2] = 0),
        After("counters have no time", "VM_STATS/has-the-time", VM_STATS, page => ((ulong*)page)[2] = 0),
        After("nothing is counted", "VM_STATS/counts-exits", VM_STATS, page => new Span<ulong>((ulong*)page + 4, Counters).Clear()),
        After("every vCPU has the VM's memory", "VM_STATS/memory-belongs-to-vCPU-0", VM_STATS, page => new Span<ulong>((ulong*)page + 4, Counters).Fill(4096)),
        After("the older form has the newer one's layout", "VM_STATS_13/begins-at-0", VM_STATS_13, page => ((int*)page)[1] = 0),
        Drops("a reset keeps what is counted", "VM_STATS/a-reset-zeroes-them", VM_REINIT),

        Answers("memory is a part", "VM_SNAPSHOT_REQ/no-such-part-is-EINVAL", VM_SNAPSHOT_REQ, EINVAL, 0),
        Answers("an unwritable buffer answers ENOMEM", "VM_SNAPSHOT_REQ/unwritable-buffer-is-EFAULT", VM_SNAPSHOT_REQ, EFAULT, ENOMEM),
        After("the position in the buffer stays", "VM_SNAPSHOT_REQ/local-APICs-is-saved-and-restored", VM_SNAPSHOT_REQ, meta => ((ulong*)meta)[6] = ((ulong*)meta)[4]),
        new("what was saved is not brought back", "VM_SNAPSHOT_REQ/brings-back", (right, descriptor, word, argument) =>
            word == VM_SNAPSHOT_REQ.Word && ((int*)argument)[14] == Restore ? 0 : right.Ioctl(descriptor, word, argument)),
    ];
}
