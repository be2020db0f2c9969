# bash completion for dm-permission(8)

_dm_permission()
{
    local cur prev words cword
    _init_completion -n : || return

    local command=${words[1]} sub=${words[2]} options= file=1

    if [[ $cword -eq 1 ]]; then
        COMPREPLY=( $(compgen -W 'check compile explain ledger --help
                                  --version' -- "$cur") )
        return
    fi

    if [[ $command == ledger && $cword -eq 2 ]]; then
        COMPREPLY=( $(compgen -W 'verify who affected --help' -- "$cur") )
        return
    fi

    case $command:$prev in
        explain:--method)
            COMPREPLY=( $(compgen -W 'GET HEAD POST PUT DELETE PATCH
                                      OPTIONS' -- "$cur") )
            return ;;
        explain:--action)
            COMPREPLY=( $(compgen -W 'read delete send none auto' \
                                  -- "$cur") )
            return ;;
        explain:--send)
            COMPREPLY=( $(compgen -W 'read-write read-write-directmessages' \
                                  -- "$cur") )
            return ;;
        explain:--routes)
            COMPREPLY=( $(compgen -W 'twitter_1 twitter_1.1 twitter_2 none' \
                                  -- "$cur") )
            return ;;
        explain:--credentials)
            COMPREPLY=( $(compgen -W 'header query body' -- "$cur") )
            return ;;
        explain:--unknown-token)
            COMPREPLY=( $(compgen -W 'deny pass' -- "$cur") )
            return ;;
        explain:--stream)
            COMPREPLY=( $(compgen -W 'user site off' -- "$cur") )
            return ;;
        explain:--dry-run | explain:--merge-slashes)
            COMPREPLY=( $(compgen -W 'on off' -- "$cur") )
            return ;;
        explain:--batch | explain:--body | ledger:--key)
            _filedir
            return ;;
        explain:--header)
            if [[ $cur == @* ]]; then
                cur=${cur#@}
                _filedir
                COMPREPLY=( "${COMPREPLY[@]/#/@}" )
            fi
            return ;;
        explain:--target | explain:--form | explain:--route | explain:--at | \
        explain:--enforce-from | ledger:--user | ledger:--app | \
        ledger:--since | ledger:--until)
            return ;;
    esac

    case $command in
        check | compile)
            options='--help' ;;
        explain)
            options='--method --target --header --form --body --batch --json
                     --at --routes --route --action --send --credentials
                     --unknown-token --stream --dry-run --enforce-from
                     --merge-slashes --help' ;;
        ledger)
            case $sub in
                verify)
                    options='--key --json --help' ;;
                who)
                    options='--user --since --until --key --list --json
                             --help' ;;
                affected)
                    options='--app --since --until --key --list --json
                             --help' ;;
                *)
                    file= ;;
            esac ;;
        *)
            file= ;;
    esac

    if [[ $cur == -* ]]; then
        COMPREPLY=( $(compgen -W "$options" -- "$cur") )

    elif [[ $file ]]; then
        _filedir
    fi
} &&
complete -F _dm_permission dm-permission
