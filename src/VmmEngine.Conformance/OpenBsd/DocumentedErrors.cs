using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Interface;

namespace VmmEngine.Conformance.OpenBsd;

/// <summary>Which errors the interface's description names for which command, in each revision. Each needs a case.</summary>
internal static class DocumentedErrors
{
    public static IReadOnlyList<DocumentedError> All { get; } =
    [
        .. Both("word", "ENOTTY"),
        .. Both("descriptor", "EBADF"),
        .. Both("promises", "ENOSYS", "EPERM", "ENOENT"),
        .. Both("VMM_IOC_CREATE", "EFAULT", "EIO", "EINVAL", "ENOMEM"),
        .. Both("VMM_IOC_RUN", "EFAULT", "ENOENT", "EPERM", "EBUSY", "EIO", "EINVAL"),
        .. Both("VMM_IOC_INFO", "EFAULT"),
        .. Both("VMM_IOC_TERM", "EFAULT", "ENOENT", "EPERM"),
        .. Of(Revision.Newer, "VMM_IOC_TERM", "EBUSY"),
        .. Both("VMM_IOC_RESETCPU", "EFAULT", "ENOENT", "EPERM", "EBUSY", "EIO"),
        .. Both("VMM_IOC_INTR", "EFAULT", "ENOENT", "EPERM"),
        .. Both("VMM_IOC_READREGS", "EFAULT", "ENOENT", "EPERM"),
        .. Both("VMM_IOC_WRITEREGS", "EFAULT", "ENOENT", "EPERM", "EINVAL"),
        .. Both("VMM_IOC_READVMPARAMS", "EFAULT", "ENOENT", "EPERM"),
        .. Both("VMM_IOC_WRITEVMPARAMS", "EFAULT", "ENOENT", "EPERM"),
        .. Both("VMM_IOC_SHAREMEM", "EFAULT", "ENOENT"),
        .. Of(Revision.Baseline, "VMM_IOC_MPROTECT_EPT", "EFAULT", "ENOENT", "EPERM", "EBUSY", "EINVAL"),
    ];

    private static IEnumerable<DocumentedError> Both(string command, params string[] errors) => Revision.All.SelectMany(revision => Of(revision, command, errors));

    private static IEnumerable<DocumentedError> Of(Revision revision, string command, params string[] errors) =>
        errors.Select(error => new DocumentedError($"{revision}/{command}", error));
}
